# Completion of argyle in bash, as argyle completion bash prints it.

# What may follow the command $1.
_argyle_command() {
  commands='' options='' valued=''
  case $1 in
    'argyle')
      commands='serve check users ctl top explain doctor backup restore import-config completion help version'
      options='-h --help -v --version'
      ;;
    'argyle serve')
      options='-c --config --data -l --listen -p --port --authentication -L --management-listen -P --management-port -u --user -N --no-dissectors -h --help -v --version'
      valued='-c --config --data -l --listen -p --port --authentication -L --management-listen -P --management-port -u --user'
      ;;
    'argyle check')
      options='-c --config -h --help -v --version'
      valued='-c --config'
      ;;
    'argyle users')
      options='--admin --data --password-stdin -o --output --usage --update --replace --skip -h --help -v --version'
      valued='--data -o --output'
      ;;
    'argyle ctl')
      commands='status indexes users user connections history kill penalties malformed metrics timeout selector-timeout buffer-size dissectors authentication start stop reset drain'
      options='--via --data -o --output --server --ca --user --password-file --token-file --feed-tcp --little-endian -h --help -v --version'
      valued='--via --data -o --output --server --ca --user --password-file --token-file'
      ;;
    'argyle ctl status')
      options='--watch --via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl indexes')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl users')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl user')
      commands='add remove rename password enable disable show set last-connection'
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl user add')
      options='--password-stdin --password-file --via --data -o --output -h --help -v --version'
      valued='--password-file --via --data -o --output'
      ;;
    'argyle ctl user remove')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl user rename')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl user password')
      options='--password-stdin --password-file --via --data -o --output -h --help -v --version'
      valued='--password-file --via --data -o --output'
      ;;
    'argyle ctl user enable')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl user disable')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl user show')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl user set')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl user last-connection')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl connections')
      options='--user --follow --watch --via --data -o --output -h --help -v --version'
      valued='--user --via --data -o --output'
      ;;
    'argyle ctl history')
      options='--limit --user --client --destination --port --from --to --reply --reason --min-size --via --data -o --output -h --help -v --version'
      valued='--limit --user --client --destination --port --from --to --reply --reason --min-size --via --data -o --output'
      ;;
    'argyle ctl kill')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl penalties')
      options='--forgive --via --data -o --output -h --help -v --version'
      valued='--forgive --via --data -o --output'
      ;;
    'argyle ctl malformed')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl metrics')
      options='--watch --via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl timeout')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl selector-timeout')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl buffer-size')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl dissectors')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl authentication')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl start')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl stop')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl reset')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle ctl drain')
      options='--via --data -o --output -h --help -v --version'
      valued='--via --data -o --output'
      ;;
    'argyle top')
      options='--data --server --ca --user --password-file -h --help -v --version'
      valued='--data --server --ca --user --password-file'
      ;;
    'argyle explain')
      options='-c --config --user --from --command -h --help -v --version'
      valued='-c --config --user --from --command'
      ;;
    'argyle doctor')
      options='-c --config --data -o --output -h --help -v --version'
      valued='-c --config --data -o --output'
      ;;
    'argyle backup')
      options='--data --force -h --help -v --version'
      valued='--data'
      ;;
    'argyle restore')
      options='--data --force -h --help -v --version'
      valued='--data'
      ;;
    'argyle import-config')
      options='--from -h --help -v --version'
      valued='--from'
      ;;
    'argyle completion')
      options='-h --help -v --version'
      ;;
    'argyle help')
      options='-h --help -v --version'
      ;;
    'argyle version')
      options='-h --help -v --version'
      ;;
  esac
}

# The values of an option, or of an argument by its number: $1 is COMMAND OPTION.
_argyle_values() {
  case $1 in
    'argyle serve -c' | 'argyle serve --config') values=':files' ;;
    'argyle serve --data') values=':folders' ;;
    'argyle serve -l' | 'argyle serve --listen') values=':nothing' ;;
    'argyle serve -p' | 'argyle serve --port') values=':nothing' ;;
    'argyle serve --authentication') values=':several password none gssapi' ;;
    'argyle serve -L' | 'argyle serve --management-listen') values=':nothing' ;;
    'argyle serve -P' | 'argyle serve --management-port') values=':nothing' ;;
    'argyle serve -u' | 'argyle serve --user') values=':nothing' ;;
    'argyle check -c' | 'argyle check --config') values=':files' ;;
    'argyle users --data') values=':folders' ;;
    'argyle users -o' | 'argyle users --output') values='table json' ;;
    'argyle users 1') values='list add remove rename password enable disable admin no-admin viewer no-viewer show set token import export' ;;
    'argyle users 2') values=':nothing' ;;
    'argyle users *') values=':nothing' ;;
    'argyle ctl --via') values='http feed mass bottler' ;;
    'argyle ctl --data') values=':folders' ;;
    'argyle ctl -o' | 'argyle ctl --output') values='table json' ;;
    'argyle ctl --server') values=':nothing' ;;
    'argyle ctl --ca') values=':files' ;;
    'argyle ctl --user') values=':nothing' ;;
    'argyle ctl --password-file') values=':files' ;;
    'argyle ctl --token-file') values=':files' ;;
    'argyle ctl status --via') values='http feed mass bottler' ;;
    'argyle ctl status --data') values=':folders' ;;
    'argyle ctl status -o' | 'argyle ctl status --output') values='table json' ;;
    'argyle ctl indexes --via') values='http feed mass bottler' ;;
    'argyle ctl indexes --data') values=':folders' ;;
    'argyle ctl indexes -o' | 'argyle ctl indexes --output') values='table json' ;;
    'argyle ctl users --via') values='http feed mass bottler' ;;
    'argyle ctl users --data') values=':folders' ;;
    'argyle ctl users -o' | 'argyle ctl users --output') values='table json' ;;
    'argyle ctl user --via') values='http feed mass bottler' ;;
    'argyle ctl user --data') values=':folders' ;;
    'argyle ctl user -o' | 'argyle ctl user --output') values='table json' ;;
    'argyle ctl user add --password-file') values=':files' ;;
    'argyle ctl user add --via') values='http feed mass bottler' ;;
    'argyle ctl user add --data') values=':folders' ;;
    'argyle ctl user add -o' | 'argyle ctl user add --output') values='table json' ;;
    'argyle ctl user add 1') values=':nothing' ;;
    'argyle ctl user remove --via') values='http feed mass bottler' ;;
    'argyle ctl user remove --data') values=':folders' ;;
    'argyle ctl user remove -o' | 'argyle ctl user remove --output') values='table json' ;;
    'argyle ctl user remove 1') values=':nothing' ;;
    'argyle ctl user rename --via') values='http feed mass bottler' ;;
    'argyle ctl user rename --data') values=':folders' ;;
    'argyle ctl user rename -o' | 'argyle ctl user rename --output') values='table json' ;;
    'argyle ctl user rename 1') values=':nothing' ;;
    'argyle ctl user rename 2') values=':nothing' ;;
    'argyle ctl user password --password-file') values=':files' ;;
    'argyle ctl user password --via') values='http feed mass bottler' ;;
    'argyle ctl user password --data') values=':folders' ;;
    'argyle ctl user password -o' | 'argyle ctl user password --output') values='table json' ;;
    'argyle ctl user password 1') values=':nothing' ;;
    'argyle ctl user enable --via') values='http feed mass bottler' ;;
    'argyle ctl user enable --data') values=':folders' ;;
    'argyle ctl user enable -o' | 'argyle ctl user enable --output') values='table json' ;;
    'argyle ctl user enable 1') values=':nothing' ;;
    'argyle ctl user disable --via') values='http feed mass bottler' ;;
    'argyle ctl user disable --data') values=':folders' ;;
    'argyle ctl user disable -o' | 'argyle ctl user disable --output') values='table json' ;;
    'argyle ctl user disable 1') values=':nothing' ;;
    'argyle ctl user show --via') values='http feed mass bottler' ;;
    'argyle ctl user show --data') values=':folders' ;;
    'argyle ctl user show -o' | 'argyle ctl user show --output') values='table json' ;;
    'argyle ctl user show 1') values=':nothing' ;;
    'argyle ctl user set --via') values='http feed mass bottler' ;;
    'argyle ctl user set --data') values=':folders' ;;
    'argyle ctl user set -o' | 'argyle ctl user set --output') values='table json' ;;
    'argyle ctl user set 1') values=':nothing' ;;
    'argyle ctl user set *') values=':nothing' ;;
    'argyle ctl user last-connection --via') values='http feed mass bottler' ;;
    'argyle ctl user last-connection --data') values=':folders' ;;
    'argyle ctl user last-connection -o' | 'argyle ctl user last-connection --output') values='table json' ;;
    'argyle ctl user last-connection 1') values=':nothing' ;;
    'argyle ctl connections --user') values=':nothing' ;;
    'argyle ctl connections --via') values='http feed mass bottler' ;;
    'argyle ctl connections --data') values=':folders' ;;
    'argyle ctl connections -o' | 'argyle ctl connections --output') values='table json' ;;
    'argyle ctl history --limit') values=':nothing' ;;
    'argyle ctl history --user') values=':nothing' ;;
    'argyle ctl history --client') values=':nothing' ;;
    'argyle ctl history --destination') values=':nothing' ;;
    'argyle ctl history --port') values=':nothing' ;;
    'argyle ctl history --from') values=':nothing' ;;
    'argyle ctl history --to') values=':nothing' ;;
    'argyle ctl history --reply') values=':nothing' ;;
    'argyle ctl history --reason') values='done idle-timeout client-closed reset-by-client handshake-timeout no-acceptable-method authentication-failed protocol-error aborted seal-broken command-not-supported address-type-not-supported name-not-resolved dial-failed dial-timeout bind-timeout reset-by-destination refused-by-rule killed user-removed user-disabled password-changed account-expired account-hours account-from account-full account-opens account-quota account-replaced drained out-of-resources accounts-unavailable bug' ;;
    'argyle ctl history --min-size') values=':nothing' ;;
    'argyle ctl history --via') values='http feed mass bottler' ;;
    'argyle ctl history --data') values=':folders' ;;
    'argyle ctl history -o' | 'argyle ctl history --output') values='table json' ;;
    'argyle ctl kill --via') values='http feed mass bottler' ;;
    'argyle ctl kill --data') values=':folders' ;;
    'argyle ctl kill -o' | 'argyle ctl kill --output') values='table json' ;;
    'argyle ctl kill 1') values=':nothing' ;;
    'argyle ctl penalties --forgive') values=':nothing' ;;
    'argyle ctl penalties --via') values='http feed mass bottler' ;;
    'argyle ctl penalties --data') values=':folders' ;;
    'argyle ctl penalties -o' | 'argyle ctl penalties --output') values='table json' ;;
    'argyle ctl malformed --via') values='http feed mass bottler' ;;
    'argyle ctl malformed --data') values=':folders' ;;
    'argyle ctl malformed -o' | 'argyle ctl malformed --output') values='table json' ;;
    'argyle ctl metrics --via') values='http feed mass bottler' ;;
    'argyle ctl metrics --data') values=':folders' ;;
    'argyle ctl metrics -o' | 'argyle ctl metrics --output') values='table json' ;;
    'argyle ctl timeout --via') values='http feed mass bottler' ;;
    'argyle ctl timeout --data') values=':folders' ;;
    'argyle ctl timeout -o' | 'argyle ctl timeout --output') values='table json' ;;
    'argyle ctl timeout 1') values=':nothing' ;;
    'argyle ctl selector-timeout --via') values='http feed mass bottler' ;;
    'argyle ctl selector-timeout --data') values=':folders' ;;
    'argyle ctl selector-timeout -o' | 'argyle ctl selector-timeout --output') values='table json' ;;
    'argyle ctl selector-timeout 1') values=':nothing' ;;
    'argyle ctl buffer-size --via') values='http feed mass bottler' ;;
    'argyle ctl buffer-size --data') values=':folders' ;;
    'argyle ctl buffer-size -o' | 'argyle ctl buffer-size --output') values='table json' ;;
    'argyle ctl buffer-size 1') values=':nothing' ;;
    'argyle ctl dissectors --via') values='http feed mass bottler' ;;
    'argyle ctl dissectors --data') values=':folders' ;;
    'argyle ctl dissectors -o' | 'argyle ctl dissectors --output') values='table json' ;;
    'argyle ctl dissectors 1') values='on off' ;;
    'argyle ctl authentication --via') values='http feed mass bottler' ;;
    'argyle ctl authentication --data') values=':folders' ;;
    'argyle ctl authentication -o' | 'argyle ctl authentication --output') values='table json' ;;
    'argyle ctl authentication 1') values='on off' ;;
    'argyle ctl start --via') values='http feed mass bottler' ;;
    'argyle ctl start --data') values=':folders' ;;
    'argyle ctl start -o' | 'argyle ctl start --output') values='table json' ;;
    'argyle ctl stop --via') values='http feed mass bottler' ;;
    'argyle ctl stop --data') values=':folders' ;;
    'argyle ctl stop -o' | 'argyle ctl stop --output') values='table json' ;;
    'argyle ctl reset --via') values='http feed mass bottler' ;;
    'argyle ctl reset --data') values=':folders' ;;
    'argyle ctl reset -o' | 'argyle ctl reset --output') values='table json' ;;
    'argyle ctl drain --via') values='http feed mass bottler' ;;
    'argyle ctl drain --data') values=':folders' ;;
    'argyle ctl drain -o' | 'argyle ctl drain --output') values='table json' ;;
    'argyle top --data') values=':folders' ;;
    'argyle top --server') values=':nothing' ;;
    'argyle top --ca') values=':files' ;;
    'argyle top --user') values=':nothing' ;;
    'argyle top --password-file') values=':files' ;;
    'argyle explain -c' | 'argyle explain --config') values=':files' ;;
    'argyle explain --user') values=':nothing' ;;
    'argyle explain --from') values=':nothing' ;;
    'argyle explain --command') values='connect bind udp' ;;
    'argyle explain 1') values=':nothing' ;;
    'argyle doctor -c' | 'argyle doctor --config') values=':files' ;;
    'argyle doctor --data') values=':folders' ;;
    'argyle doctor -o' | 'argyle doctor --output') values='table json' ;;
    'argyle backup --data') values=':folders' ;;
    'argyle backup 1') values=':files' ;;
    'argyle restore --data') values=':folders' ;;
    'argyle restore 1') values=':files' ;;
    'argyle import-config --from') values='dante 3proxy' ;;
    'argyle import-config 1') values=':files' ;;
    'argyle completion 1') values='bash zsh' ;;
    'argyle help *') values='serve check users ctl top explain doctor backup restore import-config completion help version' ;;
  esac
}

_argyle() {
  local IFS=$' \t\n' path=argyle count=0 option='' glued='' words=() word last i
  local commands options valued values='' breaks='^[:=@]+$'
  # host:port and --option=value come in pieces (COMP_WORDBREAKS)
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ ${#words[@]} -gt 0 && ($word =~ $breaks || $glued) ]]; then
      words[${#words[@]} - 1]+=$word
      [[ $word =~ $breaks ]] && glued=1 || glued=''
    else
      words+=("$word")
    fi
  done
  last=$word
  [[ $last =~ $breaks ]] && last=''
  _argyle_command "$path"
  for ((i = 0; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ $option ]]; then
      option=''
    elif [[ " $valued " == *" $word "* ]]; then
      option=$word
    elif [[ $word == -* ]]; then
      :
    elif [[ " $commands " == *" $word "* ]]; then
      path+=" $word" count=0
      _argyle_command "$path"
    else
      count=$((count + 1))
    fi
  done
  word=${words[${#words[@]} - 1]}
  if [[ $option ]]; then
    _argyle_values "$path $option"
  elif [[ $word == --*=* ]]; then
    _argyle_values "$path ${word%%=*}"
    word=${word#*=}
  elif [[ $word == -* ]]; then
    values=$options
  elif [[ $commands ]]; then
    values=$commands
  else
    _argyle_values "$path $((count + 1))"
    [[ $values ]] || _argyle_values "$path *"
    [[ $values ]] || values=$options
  fi
  COMPREPLY=()
  case $values in
    :nothing) ;;
    :files | :folders)
      compopt -o filenames 2>/dev/null
      IFS=$'\n'
      if [[ $values == :files ]]; then
        COMPREPLY=($(compgen -f -- "$word"))
      else
        COMPREPLY=($(compgen -d -- "$word"))
      fi
      COMPREPLY=("${COMPREPLY[@]#"${word%"$last"}"}")
      ;;
    :several*)
      [[ $word == *,* ]] && i=${word%,*}, || i=''
      COMPREPLY=($(compgen -P "$i" -W "${values#:several }" -- "${word##*,}"))
      compopt -o nospace 2>/dev/null
      ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$word")) ;;
  esac
}

complete -F _argyle argyle

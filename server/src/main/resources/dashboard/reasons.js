// What the words of refusals and ends mean, and what an operator does about them (docs/operations.md has the same).

export const REASONS = {
  done: ['Both sides ended in order.', ''],
  'idle-timeout': ['Neither side sent anything for the idle timeout.', 'Settings has the idle timeout.'],
  'client-closed': ['The client left before its tunnel was open.', ''],
  'reset-by-client': ['The client reset its connection.', ''],
  'reset-by-destination': ['The destination reset its connection.', ''],
  'handshake-timeout': ['The client did not complete its request in time.', 'Often a port scan, or a client that speaks another protocol.'],
  'no-acceptable-method': ['The client offers no way to log in that is allowed here.', 'The client needs a name and a password; see docs/clients.md.'],
  'authentication-failed': ['Name or password is wrong.', 'Users shows whether the account exists and is enabled.'],
  'protocol-error': ['The client violated the protocol.', 'Penalties shows the last malformed handshakes.'],
  aborted: ['The client broke off its Kerberos login.', ''],
  'seal-broken': ['A sealed message was changed or repeated.', 'Look at what stands between client and server.'],
  'command-not-supported': ['The request had an unknown command.', ''],
  'address-type-not-supported': ['The request had an unknown type of address.', ''],
  'name-not-resolved': ['The name of the destination has no address.', 'If it should have one, check the name servers.'],
  'dial-failed': ['The destination refused the connection, or could not be reached.', ''],
  'dial-timeout': ['The destination did not answer in time.', 'A firewall may drop packets on the way.'],
  'bind-timeout': ['Nobody connected to the port of a BIND.', ''],
  'refused-by-rule': ['A rule denies this destination.', 'Rules explains which one, and why.'],
  killed: ['An administrator ended it.', 'Changes says who.'],
  'user-removed': ['The user was removed or renamed.', 'Changes says by whom.'],
  'user-disabled': ['The user was disabled.', 'Changes says by whom.'],
  'password-changed': ['The user got another password.', ''],
  'account-expired': ['The account has expired.', 'Users shows until when it is valid.'],
  'account-hours': ['It was outside of the hours of the account.', 'Users shows the hours.'],
  'account-from': ['The account may not be used from this address.', 'Users shows the networks of the account.'],
  'account-full': ['The account had as much open as it may.', 'Users shows the limits of the account.'],
  'account-opens': ['The account opened too much within a second.', 'Users shows the limits of the account.'],
  'account-quota': ['The quota of the account is spent.', 'Users shows the limits of the account and what it has used.'],
  'account-replaced': ['A newer connection of the account took its place.', 'Users shows the limits of the account.'],
  drained: ['The server stopped before the connection was done.', ''],
  'out-of-resources': ['No descriptor, port or memory was left.', 'Raise the limit of descriptors (docs/operations.md).'],
  'accounts-unavailable': ['The accounts could not be read.', 'Check the disk, and the log of the server.'],
  bug: ['A defect of Argyle ended it.', 'The log has the exception: please report it.'],
  'too-many': ['The server has socks.max-connections.', 'Raise it, if the machine can hold more.'],
  'early-drop': ['Too many clients were logging in at once.', 'If this is not an attack, raise socks.max-unauthenticated.'],
  'source-too-many': ['One address had too many connections.', 'If it is an office or a gateway, raise socks.max-connections-per-source.'],
  'source-early-drop': ['One address had too many unfinished logins.', ''],
  'user-too-many': ['A user had too many connections.', 'Raise socks.max-connections-per-user, or ask the user.'],
  penalised: ['The address failed too often and is refused for a while.', 'Penalties lists who, and can forgive.'],
  memory: ['Clients sent more ahead than there is memory for.', 'Raise the heap (docs/operations.md).'],
  authentication: ['Name or password was wrong.', 'Penalties shows who keeps trying.'],
  rule: ['A rule denied the destination.', 'Rules explains which one, and why.'],
  'bind-limit': ['More BINDs than may wait.', 'Raise socks.bind.max-waiting or max-per-user.'],
  'udp-limit': ['More UDP associations than there may be.', 'Raise socks.udp.max-associations or max-per-user.'],
  descriptors: ['No descriptor was left.', 'Raise the limit of descriptors (docs/operations.md).'],
};

// Words of the totals whose connections the history has under another word.
const IN_HISTORY = { rule: 'refused-by-rule', authentication: 'authentication-failed' };

/** The reason to look for in the history; null where refused clients never became a connection there. */
export function inHistory(word) {
  return IN_HISTORY[word] ?? null;
}

/** {means, advice} of a word; words that are not known here speak for themselves. Underscores count as hyphens. */
export function explained(word) {
  const known = REASONS[word] ?? REASONS[word.replaceAll('_', '-').replace(/^refused-/, '')];
  return known ? { means: known[0], advice: known[1] } : { means: '', advice: '' };
}

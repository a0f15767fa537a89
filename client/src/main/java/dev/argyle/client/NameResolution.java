package dev.argyle.client;

/** Who finds out which address a name has. */
public enum NameResolution {
  /** The server: names go to it as they are (ATYP 03), and nobody here asks for them. */
  AT_PROXY,
  /** This machine, as {@link java.net.InetAddress#getByName} does: for servers without names. */
  LOCAL
}

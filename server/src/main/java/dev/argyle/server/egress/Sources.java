package dev.argyle.server.egress;

import dev.argyle.server.config.EgressSettings.Families;
import dev.argyle.server.net.Binding;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.wire.Addresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * How the sockets of one request towards destinations may be bound. Where there is none (null), the
 * system chooses. Safe for any thread.
 */
public interface Sources {

  /** What they are of: of the same, one address picked before serves as well as another. */
  Object origin();

  /** Why no address of these can be used towards this destination; null: one may be. */
  @Nullable String unusable(InetAddress to);

  /** Which family is used where a destination has both; null: nothing is said. */
  default @Nullable Families families() {
    return null;
  }

  /**
   * Picks an address, for a destination that is not {@link #unusable}. Whoever gets it {@linkplain
   * Pick#release releases} it.
   *
   * @return null: all are set aside
   */
  @Nullable Pick pick(InetAddress to, Tally counters);

  /** The address that a rule names. */
  static Sources ofRule(InetAddress address) {
    return new OfRule(address);
  }

  /** One address. */
  record OfRule(InetAddress address) implements Sources {

    @Override
    public Object origin() {
      return address;
    }

    @Override
    public @Nullable String unusable(InetAddress to) {
      return address instanceof Inet6Address == to instanceof Inet6Address
          ? null
          : "the rule's source address is of the other family: " + Addresses.text(address);
    }

    @Override
    public Pick pick(InetAddress to, Tally counters) {
      return new Pick(Binding.to(address), null, 0);
    }
  }

  /**
   * An egress that the configuration does not have: an account names it. Nothing is reached, for
   * leaving by another address may be what the account is to be kept from.
   */
  record Unknown(String name) implements Sources {

    @Override
    public Object origin() {
      return name;
    }

    @Override
    public String unusable(InetAddress to) {
      return "the configuration has no egress \"" + name + '"';
    }

    @Override
    public @Nullable Pick pick(InetAddress to, Tally counters) {
      return null;
    }
  }
}

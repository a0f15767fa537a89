package dev.argyle.cli.door;

import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.MassClient;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.mass.MassIndex;
import dev.argyle.wire.mass.MassReply;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** By MASS. */
final class MassDoor implements Door {

  private final MassClient mass;

  MassDoor(MassClient mass) {
    this.mass = mass;
  }

  @Override
  public Protocol protocol() {
    return Protocol.MASS;
  }

  @Override
  public Map<Integer, String> indexes() throws ManagementException {
    Map<Integer, String> words = new TreeMap<>();
    for (MassIndex index : mass.indexes()) {
      words.put(index.code(), index.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    return words;
  }

  @Override
  public Users users() throws ManagementException {
    List<UserName> names = mass.activeUsers();
    return new Users(names, names.size() < MassReply.Users.MAX_USERS);
  }

  @Override
  public void addUser(UserName name, Password password) throws ManagementException {
    mass.addUser(name, password);
  }

  @Override
  public void removeUser(UserName name) throws ManagementException {
    mass.deleteUser(name);
  }

  @Override
  public Map<Metric, Long> metrics() throws ManagementException {
    Map<Metric, Long> metrics = new EnumMap<>(Metric.class);
    metrics.put(Metric.OPEN_CONNECTIONS, mass.concurrentConnections());
    metrics.put(Metric.MOST_OPEN_CONNECTIONS, mass.maxConcurrentConnections());
    metrics.put(Metric.ACCEPTED_CONNECTIONS, mass.historicConnections());
    metrics.put(Metric.AUTHENTICATION_ATTEMPTS, mass.authenticationAttempts());
    metrics.put(Metric.CONNECTION_ATTEMPTS, mass.connectionAttempts());
    metrics.put(Metric.OCTETS, mass.historicOctets());
    metrics.put(Metric.AVERAGE_READ_OCTETS, mass.averageOctetsPerRead());
    metrics.put(Metric.AVERAGE_WRITE_OCTETS, mass.averageOctetsPerWrite());
    return metrics;
  }

  @Override
  public void switchDissectors(boolean on) throws ManagementException {
    mass.disableDissectors(!on);
  }

  @Override
  public void switchAuthentication(boolean on) throws ManagementException {
    mass.disableAuthentication(!on);
  }

  @Override
  public void close() {
    mass.close();
  }
}

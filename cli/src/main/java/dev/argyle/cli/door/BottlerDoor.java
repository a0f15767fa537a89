package dev.argyle.cli.door;

import dev.argyle.client.manage.BottlerClient;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** By Bottler. */
final class BottlerDoor implements Door {

  private final BottlerClient bottler;

  BottlerDoor(BottlerClient bottler) {
    this.bottler = bottler;
  }

  @Override
  public Protocol protocol() {
    return Protocol.BOTTLER;
  }

  @Override
  public Status status() throws ManagementException {
    return new Status(
        bottler.isRunning(),
        bottler.metrics().current(),
        timeout(),
        bufferSize(),
        authentication(),
        dissectors(),
        null);
  }

  @Override
  public Users users() throws ManagementException {
    return new Users(bottler.users(), true);
  }

  @Override
  public void addUser(UserName name, Password password) throws ManagementException, DoorProblem {
    Sendable.together("NAME", name.fieldLength(), "password", password.length());
    bottler.addUser(name, password);
  }

  @Override
  public void removeUser(UserName name) throws ManagementException, DoorProblem {
    Sendable.alone("NAME", name.fieldLength());
    bottler.deleteUser(name);
  }

  @Override
  public void renameUser(UserName name, UserName newName) throws ManagementException, DoorProblem {
    Sendable.together("NAME", name.fieldLength(), "NEW-NAME", newName.fieldLength());
    bottler.renameUser(name, newName);
  }

  @Override
  public void setPassword(UserName name, Password password)
      throws ManagementException, DoorProblem {
    Sendable.together("NAME", name.fieldLength(), "password", password.length());
    bottler.setPassword(name, password);
  }

  @Override
  public Optional<Instant> lastConnection(UserName name) throws ManagementException, DoorProblem {
    Sendable.alone("NAME", name.fieldLength());
    return bottler.lastConnection(name);
  }

  @Override
  public Map<Metric, Long> metrics() throws ManagementException {
    BottlerResponse.Metrics told = bottler.metrics();
    Map<Metric, Long> metrics = new EnumMap<>(Metric.class);
    metrics.put(Metric.OPEN_CONNECTIONS, told.current());
    metrics.put(Metric.MOST_OPEN_CONNECTIONS, told.max());
    metrics.put(Metric.ACCEPTED_CONNECTIONS, told.historic());
    metrics.put(Metric.AUTHENTICATION_ATTEMPTS, told.authenticationAttempts());
    metrics.put(Metric.CONNECTION_ATTEMPTS, told.connectionAttempts());
    metrics.put(Metric.OCTETS, told.relayedOctets());
    return metrics;
  }

  @Override
  public Duration timeout() throws ManagementException {
    return bottler.timeoutValue();
  }

  @Override
  public void setTimeout(Duration time) throws ManagementException, DoorProblem {
    bottler.setTimeoutValue(Sendable.seconds(time));
  }

  @Override
  public long bufferSize() throws ManagementException {
    return bottler.bufferSize();
  }

  @Override
  public void setBufferSize(long octets) throws ManagementException, DoorProblem {
    bottler.setBufferSize(Sendable.octets(octets));
  }

  @Override
  public boolean dissectors() throws ManagementException {
    return bottler.isDissectorOn();
  }

  @Override
  public void switchDissectors(boolean on) throws ManagementException {
    bottler.setDissector(on);
  }

  @Override
  public boolean authentication() throws ManagementException {
    return bottler.isAuthenticationOn();
  }

  @Override
  public void switchAuthentication(boolean on) throws ManagementException {
    bottler.setAuthentication(on);
  }

  @Override
  public void start() throws ManagementException {
    bottler.start();
  }

  @Override
  public void stop() throws ManagementException {
    bottler.stop();
  }

  @Override
  public void reset() throws ManagementException {
    bottler.reset();
  }

  @Override
  public void close() {
    bottler.close();
  }
}

package dev.argyle.server.telemetry;

/** Where gauges are read. Any thread may call; must not walk what grows with users. */
@FunctionalInterface
public interface Gauges {

  /** What there is now; NaN: this server has no such thing. */
  double read(Gauge gauge);
}

package dev.argyle.server.dissect;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many octets an object of ours keeps, roughly: arrays, buffers and texts that can be reached
 * from it, and something for each object.
 */
final class Held {

  private static final int FOR_EACH_OBJECT = 32;
  private static final Map<Class<?>, List<Field>> FIELDS = new HashMap<>();

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> next = new ArrayDeque<>();
  private long octets;

  private Held() {}

  static long octets(@Nullable Object root) {
    Held held = new Held();
    held.add(root);
    while (!held.next.isEmpty()) {
      held.look(held.next.removeLast());
    }
    return held.octets;
  }

  private void add(@Nullable Object object) {
    if (object != null && seen.add(object)) {
      next.add(object);
    }
  }

  private void look(Object object) {
    octets += FOR_EACH_OBJECT;
    switch (object) {
      case byte[] array -> octets += array.length;
      case int[] array -> octets += 4L * array.length;
      case long[] array -> octets += 8L * array.length;
      case Object[] array -> {
        octets += 4L * array.length;
        for (Object element : array) {
          add(element);
        }
      }
      case ByteBuffer buffer -> octets += buffer.capacity();
      case CharSequence text -> octets += 2L * text.length();
      case Collection<?> elements -> elements.forEach(this::add);
      case Map<?, ?> map ->
          map.forEach(
              (key, value) -> {
                add(key);
                add(value);
              });
      case Enum<?> constant -> octets -= FOR_EACH_OBJECT; // there once for all
      default -> fields(object);
    }
  }

  private void fields(Object object) {
    for (Class<?> type = object.getClass(); isOurs(type); type = type.getSuperclass()) {
      for (Field field : FIELDS.computeIfAbsent(type, Held::references)) {
        try {
          add(field.get(object));
        } catch (IllegalAccessException impossible) {
          throw new AssertionError(impossible);
        }
      }
    }
  }

  private static boolean isOurs(Class<?> type) {
    return type.getPackageName().equals(Held.class.getPackageName()) && !type.isHidden();
  }

  private static List<Field> references(Class<?> type) {
    return java.util.Arrays.stream(type.getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .filter(field -> !field.getType().isPrimitive())
        .filter(field -> field.getType() != Findings.class)
        .peek(field -> field.setAccessible(true))
        .toList();
  }
}

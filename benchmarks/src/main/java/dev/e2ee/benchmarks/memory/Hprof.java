package dev.e2ee.benchmarks.memory;

import java.nio.ByteBuffer;

/**
 * Reads a heap dump record by record. The format is described in the JDK's own {@code
 * heapDumper.cpp}; identifiers have 8 bytes on every JVM that is measured here.
 */
final class Hprof {
  static final int ID = 8;

  /** The type of a field or an element that is a reference. */
  static final int REFERENCE = 2;

  private static final int STRING = 0x01;
  private static final int LOAD_CLASS = 0x02;
  private static final int HEAP_DUMP = 0x0c;
  private static final int HEAP_DUMP_SEGMENT = 0x1c;
  private static final int STACK_SERIAL = 4;

  private final ByteBuffer dump;

  /** Takes what is in a dump. */
  interface Visitor {
    /** A name, in UTF-8, from a position on. */
    default void string(long id, int at, int length) {}

    /** The name of a class. */
    default void className(long id, long name) {}

    /** A class: its parent, and positions of its static and of its own instance fields. */
    default void type(long id, long parent, int statics, int fields) {}

    /** An object, with the position of its fields. */
    default void instance(long id, long type, int at) {}

    /** An array of references, with the position of the first. */
    default void references(long id, int at, int count) {}

    /** An array of numbers, with the position of the first. */
    default void numbers(long id, int type, int at, int count) {}
  }

  /** Of a whole dump. */
  Hprof(ByteBuffer dump) {
    this.dump = dump.duplicate();
  }

  /** How many bytes a field or an element of this type takes. */
  static int size(int type) {
    return switch (type) {
      case REFERENCE -> ID;
      case 4, 8 -> 1;
      case 5, 9 -> 2;
      case 6, 10 -> 4;
      case 7, 11 -> 8;
      default -> throw new IllegalStateException("no type of a heap dump: " + type);
    };
  }

  /** What an element of this type is called in Java. */
  static String name(int type) {
    return switch (type) {
      case 4 -> "boolean";
      case 5 -> "char";
      case 6 -> "float";
      case 7 -> "double";
      case 8 -> "byte";
      case 9 -> "short";
      case 10 -> "int";
      case 11 -> "long";
      default -> "reference";
    };
  }

  /** Tells all that is in it. */
  void read(Visitor visitor) {
    dump.position(0);
    while (dump.get() != 0) {
      // the format's name
    }
    if (dump.getInt() != ID) {
      throw new IllegalStateException("a heap dump with identifiers that do not have 8 bytes");
    }
    skip(Long.BYTES);
    while (dump.hasRemaining()) {
      int tag = Byte.toUnsignedInt(dump.get());
      skip(Integer.BYTES);
      long length = Integer.toUnsignedLong(dump.getInt());
      int end = Math.toIntExact(dump.position() + length);
      switch (tag) {
        case STRING -> visitor.string(dump.getLong(), dump.position(), end - dump.position());
        case LOAD_CLASS -> readClassName(visitor);
        case HEAP_DUMP, HEAP_DUMP_SEGMENT -> readSegment(visitor, end);
        default -> {}
      }
      dump.position(end);
    }
  }

  private void readClassName(Visitor visitor) {
    skip(Integer.BYTES);
    long id = dump.getLong();
    skip(STACK_SERIAL);
    visitor.className(id, dump.getLong());
  }

  private void readSegment(Visitor visitor, int end) {
    while (dump.position() < end) {
      int tag = Byte.toUnsignedInt(dump.get());
      switch (tag) {
        case 0xff, 0x05, 0x07 -> skip(ID);
        case 0x01 -> skip(ID + ID);
        case 0x02, 0x03, 0x08 -> skip(ID + 8);
        case 0x04, 0x06 -> skip(ID + 4);
        case 0x20 -> readType(visitor);
        case 0x21 -> readInstance(visitor);
        case 0x22 -> readReferences(visitor);
        case 0x23 -> readNumbers(visitor);
        default -> throw new IllegalStateException("no record of a heap dump: " + tag);
      }
    }
  }

  private void readType(Visitor visitor) {
    long id = dump.getLong();
    skip(STACK_SERIAL);
    long parent = dump.getLong();
    skip(5 * ID + Integer.BYTES);
    int constants = readCount();
    for (int i = 0; i < constants; i++) {
      skip(Short.BYTES);
      skip(size(dump.get()));
    }
    int statics = dump.position();
    int staticCount = readCount();
    for (int i = 0; i < staticCount; i++) {
      skip(ID);
      skip(size(dump.get()));
    }
    int fields = dump.position();
    skip(readCount() * (ID + 1));
    visitor.type(id, parent, statics, fields);
  }

  private void readInstance(Visitor visitor) {
    long id = dump.getLong();
    skip(STACK_SERIAL);
    long type = dump.getLong();
    int length = dump.getInt();
    visitor.instance(id, type, dump.position());
    skip(length);
  }

  private void readReferences(Visitor visitor) {
    long id = dump.getLong();
    skip(STACK_SERIAL);
    int count = dump.getInt();
    skip(ID);
    visitor.references(id, dump.position(), count);
    skip(count * ID);
  }

  private void readNumbers(Visitor visitor) {
    long id = dump.getLong();
    skip(STACK_SERIAL);
    int count = dump.getInt();
    int type = dump.get();
    visitor.numbers(id, type, dump.position(), count);
    skip(count * size(type));
  }

  private int readCount() {
    return Short.toUnsignedInt(dump.getShort());
  }

  private void skip(int bytes) {
    dump.position(dump.position() + bytes);
  }
}

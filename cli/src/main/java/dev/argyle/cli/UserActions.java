package dev.argyle.cli;

import java.util.ArrayList;
import java.util.List;

/** What {@code argyle users} can do, in the order of its help; made by picocli for completion. */
final class UserActions extends ArrayList<String> {

  static final List<String> ALL =
      List.of(
          "list",
          "add",
          "remove",
          "rename",
          "password",
          "enable",
          "disable",
          "admin",
          "no-admin",
          "viewer",
          "no-viewer",
          "show",
          "set",
          "token",
          "import",
          "export");

  private static final long serialVersionUID = 1;

  UserActions() {
    super(ALL);
  }
}

package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LicenceCommentsTest {
  private static String drop(String source) {
    return new String(LicenceComments.drop(source.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "",
      "\n \t",
      "/*\n * Copyright (c) 1994, 2025, Oracle\n */\n\n",
      "/*\n * reserved comment block\n * DO NOT REMOVE OR ALTER!\n */\n/**\n * Licensed to the Apache Software Foundation (ASF)\n */\n",
      "// \u00A9 2016 and later: Unicode, Inc.\n// License & terms of use: http://www.unicode.org\n",
      "/* Copyright A */ /* Copyright B */\r\n",
      "/* Copyright A */\n/*\n * This file is governed by the GNU General Public\n * License version 2 only\n */\n/* Copyright B */",
      "/* Copyright * / still ** open **/"})
  void licencesGo(String opening) {
    assertEquals("package a;\n/* Copyright inside stays */\n", drop(opening + "package a;\n/* Copyright inside stays */\n"));
  }

  @Test
  void otherCommentsStay() {
    assertEquals("/** About the package. */\npackage a;", drop("/* Copyright */\n/** About the package. */\npackage a;"));
    assertEquals("// Generated, do not edit.\n\nclass A {}", drop("// Generated, do not edit.\n\n/* Copyright */\nclass A {}"));
    assertEquals("package a;", drop("package a;"));
    assertEquals("a / b", drop("a / b"));
    assertEquals("/", drop("/"));
    assertEquals("", drop(""));
  }

  @Test
  void aCommentThatNeverEndsStays() {
    assertEquals("/* Copyright", drop("/* Copyright"));
    assertEquals("/*", drop("/*"));
    assertEquals("/*/", drop("/*/"));
  }

  @Test
  void aLineCommentMayEndTheFile() {
    assertEquals("", drop("// Copyright"));
    assertEquals("// other", drop("// other"));
  }
}

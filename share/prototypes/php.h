/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Zend engine of PHP. It runs code that may do anything. The format is described in libc.h. */
// library: php
int zend_eval_string(const char *code, zval *result, const char *name); // need: all; traits: blocks, threads, timed
int zend_eval_string_ex(const char *code, zval *result, const char *name, bool handle_exceptions); // need: all; traits: blocks, threads, timed

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The C API of Ruby (MRI). It needs the GVL, and runs code that may do anything. The format is described in libc.h. */
// library: ruby
void rb_backtrace(void); // need: all; traits: blocks, threads, timed
VALUE rb_const_get(VALUE module, ID name); // need: all; traits: blocks, threads, timed
VALUE rb_errinfo(void); // need: all; traits: blocks, threads, timed
VALUE rb_eval_string(const char *code); // need: all; traits: blocks, threads, timed
VALUE rb_eval_string_protect(const char *code, int *state); // need: all; traits: blocks, threads, timed
VALUE rb_funcall(VALUE object, ID method, int num, ...); // need: all; traits: blocks, threads, timed
void rb_gc(void); // need: all; traits: blocks, threads, timed
size_t rb_gc_count(void); // need: all; traits: blocks, threads, timed
VALUE rb_gc_disable(void); // need: all; traits: blocks, threads, timed
VALUE rb_gc_enable(void); // need: all; traits: blocks, threads, timed
VALUE rb_gc_start(void); // need: all; traits: blocks, threads, timed
size_t rb_gc_stat(VALUE key); // need: all; traits: blocks, threads, timed
VALUE rb_gv_get(const char *name); // need: all; traits: blocks, threads, timed
VALUE rb_gv_set(const char *name, VALUE value); // need: all; traits: blocks, threads, timed
VALUE rb_inspect(VALUE object); // need: all; traits: blocks, threads, timed
ID rb_intern(const char *name); // need: all; traits: blocks, threads, timed
void rb_p(VALUE object); // need: all; traits: blocks, threads, timed
VALUE rb_require(const char *name); // need: all; traits: blocks, threads, timed
void rb_set_errinfo(VALUE error); // need: all; traits: blocks, threads, timed
VALUE rb_str_new_cstr(const char *text); // need: all; traits: blocks, threads, timed
char *rb_string_value_cstr(volatile VALUE *string); // need: all; traits: blocks, threads, timed
VALUE rb_thread_main(void); // need: all; traits: blocks, threads, timed

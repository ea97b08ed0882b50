/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Coverage and profiles: libgcov of GCC, compiler-rt of LLVM. They are linked into each module, mostly hidden. The format is described in libc.h. */
// library: gcov
void __gcov_dump(void); // need: all; traits: blocks
void __gcov_exit(void); // need: all; traits: blocks
void __gcov_flush(void); // need: all; traits: blocks
void __gcov_reset(void); // need: all
int __llvm_profile_dump(void); // need: all; traits: blocks
const char *__llvm_profile_get_filename(void); // need: all
void __llvm_profile_initialize_file(void); // need: all; traits: blocks
void __llvm_profile_reset_counters(void); // need: all
void __llvm_profile_set_filename(const char *path); // need: all
int __llvm_profile_write_file(void); // need: all; traits: blocks

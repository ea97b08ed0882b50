/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The C API of a threaded Perl, whose functions take the interpreter first. They run code that may do anything. The format is described in libc.h. */
// library: perl
void Perl_despatch_signals(PerlInterpreter *perl); // need: all; traits: blocks, threads, timed
SV *Perl_eval_pv(PerlInterpreter *perl, const char *code, int croak); // need: all; traits: blocks, threads, timed
int Perl_eval_sv(PerlInterpreter *perl, SV *code, int flags); // need: all; traits: blocks, threads, timed
SV *Perl_get_sv(PerlInterpreter *perl, const char *name, int flags); // need: all; traits: blocks, threads, timed
char *Perl_sv_2pv_flags(PerlInterpreter *perl, SV *value, size_t *len, unsigned int flags); // need: all; traits: blocks, threads, timed
void Perl_sv_dump(PerlInterpreter *perl, SV *value); // need: all; traits: blocks, threads, timed

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What frames.s needs of OCaml's runtime to be linked; it is never run. */
extern char camlFrames__frametable[];
char *caml_frametable[] = {camlFrames__frametable, 0};

void caml_call_gc(void);
void caml_c_call(void);
void caml_curry2(void);
void caml_ml_array_bound_error(void);
long frames_now(long unit);

void caml_call_gc(void)
{
}

void caml_c_call(void)
{
}

void caml_curry2(void)
{
}

void caml_ml_array_bound_error(void)
{
}

long frames_now(long unit)
{
	return unit;
}

int main(void)
{
	return 0;
}

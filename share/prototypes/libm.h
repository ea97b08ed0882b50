/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mathematical functions of libm. They touch nothing but errno and the floating-point state. The format is described in libc.h. */
// library: libm
double acos(double x); // need: none
double asin(double x); // need: none
double atan(double x); // need: none
double atan2(double y, double x); // need: none
double cbrt(double x); // need: none
double ceil(double x); // need: none
double copysign(double x, double y); // need: none
double cos(double x); // need: none
double cosh(double x); // need: none
double exp(double x); // need: none
double exp2(double x); // need: none
double fabs(double x); // need: none
float fabsf(float x); // need: none
long double fabsl(long double x); // need: none
int fedisableexcept(int exceptions); // need: none
int feenableexcept(int exceptions); // need: none
int fegetexcept(void); // need: none
int fegetround(void); // need: none
int fesetround(int mode); // need: none
double floor(double x); // need: none
double fmax(double x, double y); // need: none
double fmin(double x, double y); // need: none
double fmod(double x, double y); // need: none
double hypot(double x, double y); // need: none
double ldexp(double x, int exponent); // need: none
double log(double x); // need: none
double log10(double x); // need: none
double log2(double x); // need: none
long lrint(double x); // need: none
long lround(double x); // need: none
double nearbyint(double x); // need: none
double pow(double x, double y); // need: none
float powf(float x, float y); // need: none
double rint(double x); // need: none
double round(double x); // need: none
double sin(double x); // need: none
float sinf(float x); // need: none
double sinh(double x); // need: none
double sqrt(double x); // need: none
float sqrtf(float x); // need: none
long double sqrtl(long double x); // need: none
double tan(double x); // need: none
double tanh(double x); // need: none
double trunc(double x); // need: none

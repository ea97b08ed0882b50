/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mathematical functions of libm. They touch nothing but errno and the floating-point state. Written by scripts/prototypes/generate, as libc.h is. The format is described in libc.h. */
// library: libm
int __finite(double value); // need: none
int __finitef(float value); // need: none
int __finitel(long double value); // need: none
int __fpclassify(double value); // need: none
int __fpclassifyf(float value); // need: none
int __fpclassifyl(long double value); // need: none
int __iscanonicall(long double x); // need: none
int __iseqsig(double x, double y); // need: none
int __iseqsigf(float x, float y); // need: none
int __iseqsigl(long double x, long double y); // need: none
int __issignaling(double value); // need: none
int __issignalingf(float value); // need: none
int __issignalingl(long double value); // need: none
int __signbit(double value); // need: none
int __signbitf(float value); // need: none
int __signbitl(long double value); // need: none
double acos(double x); // need: none
float acosf(float x); // need: none
double acosh(double x); // need: none
float acoshf(float x); // need: none
long double acoshl(long double x); // need: none
long double acosl(long double x); // need: none
double asin(double x); // need: none
float asinf(float x); // need: none
double asinh(double x); // need: none
float asinhf(float x); // need: none
long double asinhl(long double x); // need: none
long double asinl(long double x); // need: none
double atan(double x); // need: none
double atan2(double y, double x); // need: none
float atan2f(float y, float x); // need: none
long double atan2l(long double y, long double x); // need: none
float atanf(float x); // need: none
double atanh(double x); // need: none
float atanhf(float x); // need: none
long double atanhl(long double x); // need: none
long double atanl(long double x); // need: none
int canonicalize(double *cx, const double *x); // need: none
int canonicalizef(float *cx, const float *x); // need: none
int canonicalizel(long double *cx, const long double *x); // need: none
double cbrt(double x); // need: none
float cbrtf(float x); // need: none
long double cbrtl(long double x); // need: none
double ceil(double x); // need: none
float ceilf(float x); // need: none
long double ceill(long double x); // need: none
double copysign(double x, double y); // need: none
float copysignf(float x, float y); // need: none
long double copysignl(long double x, long double y); // need: none
double cos(double x); // need: none
float cosf(float x); // need: none
double cosh(double x); // need: none
float coshf(float x); // need: none
long double coshl(long double x); // need: none
long double cosl(long double x); // need: none
double daddl(long double x, long double y); // need: none
double ddivl(long double x, long double y); // need: none
double dfmal(long double x, long double y, long double z); // need: none
double dmull(long double x, long double y); // need: none
double drem(double x, double y); // need: none
float dremf(float x, float y); // need: none
long double dreml(long double x, long double y); // need: none
double dsqrtl(long double x); // need: none
double dsubl(long double x, long double y); // need: none
double erf(double); // need: none
double erfc(double); // need: none
float erfcf(float); // need: none
long double erfcl(long double); // need: none
float erff(float); // need: none
long double erfl(long double); // need: none
double exp(double x); // need: none
double exp10(double x); // need: none
float exp10f(float x); // need: none
long double exp10l(long double x); // need: none
double exp2(double x); // need: none
float exp2f(float x); // need: none
long double exp2l(long double x); // need: none
float expf(float x); // need: none
long double expl(long double x); // need: none
double expm1(double x); // need: none
float expm1f(float x); // need: none
long double expm1l(long double x); // need: none
double fabs(double x); // need: none
float fabsf(float x); // need: none
long double fabsl(long double x); // need: none
float fadd(double x, double y); // need: none
float faddl(long double x, long double y); // need: none
double fdim(double x, double y); // need: none
float fdimf(float x, float y); // need: none
long double fdiml(long double x, long double y); // need: none
float fdiv(double x, double y); // need: none
float fdivl(long double x, long double y); // need: none
int feclearexcept(int excepts); // need: none
int fedisableexcept(int excepts); // need: none
int feenableexcept(int excepts); // need: none
int fegetenv(fenv_t *envp); // need: none
int fegetexcept(void); // need: none
int fegetexceptflag(fexcept_t *flagp, int excepts); // need: none
int fegetmode(femode_t *modep); // need: none
int fegetround(void); // need: none
int feholdexcept(fenv_t *envp); // need: none
int feraiseexcept(int excepts); // need: none
int fesetenv(const fenv_t *envp); // need: none
int fesetexcept(int excepts); // need: none
int fesetexceptflag(const fexcept_t *flagp, int excepts); // need: none
int fesetmode(const femode_t *modep); // need: none
int fesetround(int rounding_direction); // need: none
int fetestexcept(int excepts); // need: none
int fetestexceptflag(const fexcept_t *flagp, int excepts); // need: none
int feupdateenv(const fenv_t *envp); // need: none
float ffma(double x, double y, double z); // need: none
float ffmal(long double x, long double y, long double z); // need: none
int finite(double value); // need: none
int finitef(float value); // need: none
int finitel(long double value); // need: none
double floor(double x); // need: none
float floorf(float x); // need: none
long double floorl(long double x); // need: none
double fma(double x, double y, double z); // need: none
float fmaf(float x, float y, float z); // need: none
long double fmal(long double x, long double y, long double z); // need: none
double fmax(double x, double y); // need: none
float fmaxf(float x, float y); // need: none
double fmaximum(double x, double y); // need: none
double fmaximum_mag(double x, double y); // need: none
double fmaximum_mag_num(double x, double y); // need: none
float fmaximum_mag_numf(float x, float y); // need: none
long double fmaximum_mag_numl(long double x, long double y); // need: none
float fmaximum_magf(float x, float y); // need: none
long double fmaximum_magl(long double x, long double y); // need: none
double fmaximum_num(double x, double y); // need: none
float fmaximum_numf(float x, float y); // need: none
long double fmaximum_numl(long double x, long double y); // need: none
float fmaximumf(float x, float y); // need: none
long double fmaximuml(long double x, long double y); // need: none
long double fmaxl(long double x, long double y); // need: none
double fmaxmag(double x, double y); // need: none
float fmaxmagf(float x, float y); // need: none
long double fmaxmagl(long double x, long double y); // need: none
double fmin(double x, double y); // need: none
float fminf(float x, float y); // need: none
double fminimum(double x, double y); // need: none
double fminimum_mag(double x, double y); // need: none
double fminimum_mag_num(double x, double y); // need: none
float fminimum_mag_numf(float x, float y); // need: none
long double fminimum_mag_numl(long double x, long double y); // need: none
float fminimum_magf(float x, float y); // need: none
long double fminimum_magl(long double x, long double y); // need: none
double fminimum_num(double x, double y); // need: none
float fminimum_numf(float x, float y); // need: none
long double fminimum_numl(long double x, long double y); // need: none
float fminimumf(float x, float y); // need: none
long double fminimuml(long double x, long double y); // need: none
long double fminl(long double x, long double y); // need: none
double fminmag(double x, double y); // need: none
float fminmagf(float x, float y); // need: none
long double fminmagl(long double x, long double y); // need: none
double fmod(double x, double y); // need: none
float fmodf(float x, float y); // need: none
long double fmodl(long double x, long double y); // need: none
float fmul(double x, double y); // need: none
float fmull(long double x, long double y); // need: none
double frexp(double x, int *exponent); // need: none
float frexpf(float x, int *exponent); // need: none
long double frexpl(long double x, int *exponent); // need: none
intmax_t fromfp(double x, int round, unsigned int width); // need: none
intmax_t fromfpf(float x, int round, unsigned int width); // need: none
intmax_t fromfpl(long double x, int round, unsigned int width); // need: none
intmax_t fromfpx(double x, int round, unsigned int width); // need: none
intmax_t fromfpxf(float x, int round, unsigned int width); // need: none
intmax_t fromfpxl(long double x, int round, unsigned int width); // need: none
float fsqrt(double x); // need: none
float fsqrtl(long double x); // need: none
float fsub(double x, double y); // need: none
float fsubl(long double x, long double y); // need: none
double gamma(double); // need: other
float gammaf(float); // need: other
long double gammal(long double); // need: other
double getpayload(const double *x); // need: none
float getpayloadf(const float *x); // need: none
long double getpayloadl(const long double *x); // need: none
double hypot(double x, double y); // need: none
float hypotf(float x, float y); // need: none
long double hypotl(long double x, long double y); // need: none
int ilogb(double x); // need: none
int ilogbf(float x); // need: none
int ilogbl(long double x); // need: none
double j0(double); // need: none
float j0f(float); // need: none
long double j0l(long double); // need: none
double j1(double); // need: none
float j1f(float); // need: none
long double j1l(long double); // need: none
double jn(int, double); // need: none
float jnf(int, float); // need: none
long double jnl(int, long double); // need: none
double ldexp(double x, int exponent); // need: none
float ldexpf(float x, int exponent); // need: none
long double ldexpl(long double x, int exponent); // need: none
double lgamma(double); // need: other
double lgamma_r(double, int *signgamp); // need: none
float lgammaf(float); // need: other
float lgammaf_r(float, int *signgamp); // need: none
long double lgammal(long double); // need: other
long double lgammal_r(long double, int *signgamp); // need: none
long llogb(double x); // need: none
long llogbf(float x); // need: none
long llogbl(long double x); // need: none
long long llrint(double x); // need: none
long long llrintf(float x); // need: none
long long llrintl(long double x); // need: none
long long llround(double x); // need: none
long long llroundf(float x); // need: none
long long llroundl(long double x); // need: none
double log(double x); // need: none
double log10(double x); // need: none
float log10f(float x); // need: none
long double log10l(long double x); // need: none
double log1p(double x); // need: none
float log1pf(float x); // need: none
long double log1pl(long double x); // need: none
double log2(double x); // need: none
float log2f(float x); // need: none
long double log2l(long double x); // need: none
double logb(double x); // need: none
float logbf(float x); // need: none
long double logbl(long double x); // need: none
float logf(float x); // need: none
long double logl(long double x); // need: none
long lrint(double x); // need: none
long lrintf(float x); // need: none
long lrintl(long double x); // need: none
long lround(double x); // need: none
long lroundf(float x); // need: none
long lroundl(long double x); // need: none
double modf(double x, double *iptr); // need: none
float modff(float x, float *iptr); // need: none
long double modfl(long double x, long double *iptr); // need: none
double nan(const char *tagb); // need: none
float nanf(const char *tagb); // need: none
long double nanl(const char *tagb); // need: none
double nearbyint(double x); // need: none
float nearbyintf(float x); // need: none
long double nearbyintl(long double x); // need: none
double nextafter(double x, double y); // need: none
float nextafterf(float x, float y); // need: none
long double nextafterl(long double x, long double y); // need: none
double nextdown(double x); // need: none
float nextdownf(float x); // need: none
long double nextdownl(long double x); // need: none
double nexttoward(double x, long double y); // need: none
float nexttowardf(float x, long double y); // need: none
long double nexttowardl(long double x, long double y); // need: none
double nextup(double x); // need: none
float nextupf(float x); // need: none
long double nextupl(long double x); // need: none
double pow(double x, double y); // need: none
float powf(float x, float y); // need: none
long double powl(long double x, long double y); // need: none
double remainder(double x, double y); // need: none
float remainderf(float x, float y); // need: none
long double remainderl(long double x, long double y); // need: none
double remquo(double x, double y, int *quo); // need: none
float remquof(float x, float y, int *quo); // need: none
long double remquol(long double x, long double y, int *quo); // need: none
double rint(double x); // need: none
float rintf(float x); // need: none
long double rintl(long double x); // need: none
double round(double x); // need: none
double roundeven(double x); // need: none
float roundevenf(float x); // need: none
long double roundevenl(long double x); // need: none
float roundf(float x); // need: none
long double roundl(long double x); // need: none
double scalb(double x, double n); // need: none
float scalbf(float x, float n); // need: none
long double scalbl(long double x, long double n); // need: none
double scalbln(double x, long n); // need: none
float scalblnf(float x, long n); // need: none
long double scalblnl(long double x, long n); // need: none
double scalbn(double x, int n); // need: none
float scalbnf(float x, int n); // need: none
long double scalbnl(long double x, int n); // need: none
int setpayload(double *x, double payload); // need: none
int setpayloadf(float *x, float payload); // need: none
int setpayloadl(long double *x, long double payload); // need: none
int setpayloadsig(double *x, double payload); // need: none
int setpayloadsigf(float *x, float payload); // need: none
int setpayloadsigl(long double *x, long double payload); // need: none
double significand(double x); // need: none
float significandf(float x); // need: none
long double significandl(long double x); // need: none
double sin(double x); // need: none
void sincos(double x, double *sinx, double *cosx); // need: none
void sincosf(float x, float *sinx, float *cosx); // need: none
void sincosl(long double x, long double *sinx, long double *cosx); // need: none
float sinf(float x); // need: none
double sinh(double x); // need: none
float sinhf(float x); // need: none
long double sinhl(long double x); // need: none
long double sinl(long double x); // need: none
double sqrt(double x); // need: none
float sqrtf(float x); // need: none
long double sqrtl(long double x); // need: none
double tan(double x); // need: none
float tanf(float x); // need: none
double tanh(double x); // need: none
float tanhf(float x); // need: none
long double tanhl(long double x); // need: none
long double tanl(long double x); // need: none
double tgamma(double); // need: none
float tgammaf(float); // need: none
long double tgammal(long double); // need: none
int totalorder(const double *x, const double *y); // need: none
int totalorderf(const float *x, const float *y); // need: none
int totalorderl(const long double *x, const long double *y); // need: none
int totalordermag(const double *x, const double *y); // need: none
int totalordermagf(const float *x, const float *y); // need: none
int totalordermagl(const long double *x, const long double *y); // need: none
double trunc(double x); // need: none
float truncf(float x); // need: none
long double truncl(long double x); // need: none
uintmax_t ufromfp(double x, int round, unsigned int width); // need: none
uintmax_t ufromfpf(float x, int round, unsigned int width); // need: none
uintmax_t ufromfpl(long double x, int round, unsigned int width); // need: none
uintmax_t ufromfpx(double x, int round, unsigned int width); // need: none
uintmax_t ufromfpxf(float x, int round, unsigned int width); // need: none
uintmax_t ufromfpxl(long double x, int round, unsigned int width); // need: none
double y0(double); // need: none
float y0f(float); // need: none
long double y0l(long double); // need: none
double y1(double); // need: none
float y1f(float); // need: none
long double y1l(long double); // need: none
double yn(int, double); // need: none
float ynf(int, float); // need: none
long double ynl(int, long double); // need: none

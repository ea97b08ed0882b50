/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Functions of the C library (glibc 2.36), for the built-in prototype table. Written by
 * scripts/prototypes/generate out of its headers and of libc.needs beside it, where need sets and traits are
 * to be changed.
 *
 * The format of all files in this folder. Each is C, and is compiled into the program as it stands. The
 * line "// library: NAME" says whose functions follow. Each declaration is one line that begins in the
 * first column; the function's name stands before the line's first parenthesis; lines are sorted by
 * name, byte by byte. Behind each stands what a caller must know:
 *
 *     int puts(const char *str); // need: allocator, stdio; traits: blocks
 *
 * need    none, all, or classes of maps/classes.def: the non-reentrant state that the function
 *         touches. It is never called where the interrupted code holds one of them. When in doubt: all.
 *         A function that takes a callback needs all, since that may do anything.
 * traits  signal-safe  async-signal-safe (POSIX.1-2017, 2.4.3)
 *         blocks       may wait for something outside
 *         noreturn     does not come back
 *         threads      may start threads or processes, which inherit the signal mask, or replaces the program
 *         untraced     attaches to its own process by ptrace(2), and ends it where another has: never called
 *         timed        sleeps in a way that uses the thread's restart block (Linux, kernel/time/hrtimer.c,
 *                      fs/select.c, kernel/futex/waitwake.c)
 *
 * What takes or returns a struct of numbers by value says what is in it.
 *
 * Left out: what takes or returns other structs by value or an argument list, and what returns twice or
 * elsewhere (vfork, setjmp, longjmp, swapcontext).
 */
// library: libc
void _Exit(int status); // need: none; traits: signal-safe, noreturn
int *__errno_location(void); // need: none
size_t __fbufsize(FILE *fp); // need: allocator, stdio
int __flbf(FILE *fp); // need: allocator, stdio
size_t __fpending(FILE *fp); // need: allocator, stdio
void __fpurge(FILE *fp); // need: allocator, stdio
int __freadable(FILE *fp); // need: allocator, stdio
int __freading(FILE *fp); // need: allocator, stdio
int __fsetlocking(FILE *fp, int type); // need: allocator, stdio
int __fwritable(FILE *fp); // need: allocator, stdio
int __fwriting(FILE *fp); // need: allocator, stdio
int *__h_errno_location(void); // need: none
int __libc_current_sigrtmax(void); // need: none
int __libc_current_sigrtmin(void); // need: none
int __sched_cpucount(size_t setsize, const cpu_set_t *setp); // need: none
char *__xpg_basename(char *path); // need: other
void _exit(int status); // need: none; traits: signal-safe, noreturn
void _flushlbf(void); // need: allocator, stdio
void _mcleanup(void); // need: all; traits: blocks
long a64l(const char *s); // need: none
void abort(void); // need: all; traits: signal-safe, blocks, noreturn
int abs(int x); // need: none
int accept(int fd, struct sockaddr *addr, socklen_t *addr_len); // need: none; traits: signal-safe, blocks
int accept4(int fd, struct sockaddr *addr, socklen_t *addr_len, int flags); // need: none; traits: blocks
int access(const char *name, int type); // need: none; traits: signal-safe
int acct(const char *name); // need: none
int addmntent(FILE *stream, const struct mntent *mnt); // need: allocator, stdio, locale; traits: blocks
int addseverity(int severity, const char *string); // need: allocator, other
int adjtime(const struct timeval *delta, struct timeval *olddelta); // need: none
int adjtimex(struct timex *ntx); // need: none
int aio_cancel(int fildes, struct aiocb *aiocbp); // need: all; traits: threads
int aio_cancel64(int fildes, struct aiocb64 *aiocbp); // need: all; traits: threads
int aio_error(const struct aiocb *aiocbp); // need: threads
int aio_error64(const struct aiocb64 *aiocbp); // need: threads
int aio_fsync(int operation, struct aiocb *aiocbp); // need: all; traits: threads
int aio_fsync64(int operation, struct aiocb64 *aiocbp); // need: all; traits: threads
void aio_init(const struct aioinit *init); // need: threads
int aio_read(struct aiocb *aiocbp); // need: all; traits: threads
int aio_read64(struct aiocb64 *aiocbp); // need: all; traits: threads
ssize_t aio_return(struct aiocb *aiocbp); // need: threads
ssize_t aio_return64(struct aiocb64 *aiocbp); // need: threads
int aio_suspend(const struct aiocb *const list[], int nent, const struct timespec *timeout); // need: threads; traits: blocks, timed
int aio_suspend64(const struct aiocb64 *const list[], int nent, const struct timespec *timeout); // need: threads; traits: blocks, timed
int aio_write(struct aiocb *aiocbp); // need: all; traits: threads
int aio_write64(struct aiocb64 *aiocbp); // need: all; traits: threads
unsigned int alarm(unsigned int seconds); // need: none; traits: signal-safe
void *aligned_alloc(size_t alignment, size_t size); // need: allocator
int alphasort(const struct dirent **e1, const struct dirent **e2); // need: locale, allocator
int alphasort64(const struct dirent64 **e1, const struct dirent64 **e2); // need: locale, allocator
uint32_t arc4random(void); // need: random
void arc4random_buf(void *buf, size_t size); // need: random
uint32_t arc4random_uniform(uint32_t upper_bound); // need: random
void argp_error(const struct argp_state *state, const char *fmt, ...); // need: all; traits: blocks
void argp_failure(const struct argp_state *state, int status, int errnum, const char *fmt, ...); // need: all; traits: blocks
void argp_help(const struct argp *argp, FILE *stream, unsigned flags, char *name); // need: all; traits: blocks
int argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags, int *arg_index, void *input); // need: all
void argp_state_help(const struct argp_state *state, FILE *stream, unsigned int flags); // need: all; traits: blocks
void argp_usage(const struct argp_state *state); // need: all; traits: blocks
int argz_add(char **argz, size_t *argz_len, const char *str); // need: allocator
int argz_add_sep(char **argz, size_t *argz_len, const char *string, int delim); // need: allocator
int argz_append(char **argz, size_t *argz_len, const char *buf, size_t buf_len); // need: allocator
size_t argz_count(const char *argz, size_t len); // need: none
int argz_create(char *const argv[], char **argz, size_t *len); // need: allocator
int argz_create_sep(const char *string, int sep, char **argz, size_t *len); // need: allocator
void argz_delete(char **argz, size_t *argz_len, char *entry); // need: allocator
void argz_extract(const char *argz, size_t len, char **argv); // need: none
int argz_insert(char **argz, size_t *argz_len, char *before, const char *entry); // need: allocator
char *argz_next(const char *argz, size_t argz_len, const char *entry); // need: none
int argz_replace(char **argz, size_t *argz_len, const char *str, const char *with, unsigned int *replace_count); // need: allocator
void argz_stringify(char *argz, size_t len, int sep); // need: none
char *asctime(const struct tm *tp); // need: time, environ, allocator, stdio, locale
char *asctime_r(const struct tm *tp, char *buf); // need: time, environ, allocator, stdio, locale
int asprintf(char **ptr, const char *fmt, ...); // need: locale, allocator
double atof(const char *nptr); // need: locale
int atoi(const char *nptr); // need: locale
long atol(const char *nptr); // need: locale
long long atoll(const char *nptr); // need: locale
int backtrace(void **array, int size); // need: unwinder, loader, allocator
char **backtrace_symbols(void *const *array, int size); // need: loader, allocator, locale
void backtrace_symbols_fd(void *const *array, int size, int fd); // need: loader, locale
char *basename(const char *filename); // need: none
int bcmp(const void *s1, const void *s2, size_t n); // need: none
void bcopy(const void *src, void *dest, size_t n); // need: none
int bind(int fd, const struct sockaddr *addr, socklen_t len); // need: none; traits: signal-safe, blocks
char *bind_textdomain_codeset(const char *domainname, const char *codeset); // need: locale, allocator, environ, iconv, loader, stdio
int bindresvport(int sockfd, struct sockaddr_in *sock_in); // need: other
char *bindtextdomain(const char *domainname, const char *dirname); // need: locale, allocator, environ, iconv, loader, stdio
int brk(void *addr); // need: allocator
void *bsearch(const void *key, const void *base, size_t nmemb, size_t size, int (*compar)(const void *, const void *)); // need: all
wint_t btowc(int c); // need: locale, allocator, environ, iconv, loader, stdio
void bzero(void *s, size_t n); // need: none
size_t c16rtomb(char *s, char16_t c16, mbstate_t *ps); // need: locale, allocator, environ, iconv, loader, stdio
size_t c32rtomb(char *s, char32_t c32, mbstate_t *ps); // need: locale, allocator, environ, iconv, loader, stdio
size_t c8rtomb(char *s, unsigned char c8, mbstate_t *ps); // need: locale, allocator, environ, iconv, loader, stdio
void call_once(once_flag *flag, void (*func)(void)); // need: all
void *calloc(size_t nmemb, size_t size); // need: allocator
char *canonicalize_file_name(const char *name); // need: allocator
int catclose(nl_catd catalog); // need: locale, allocator
char *catgets(nl_catd catalog, int set, int number, const char *string); // need: locale
nl_catd catopen(const char *cat_name, int flag); // need: locale, allocator, environ
speed_t cfgetispeed(const struct termios *termios_p); // need: none; traits: signal-safe
speed_t cfgetospeed(const struct termios *termios_p); // need: none; traits: signal-safe
void cfmakeraw(struct termios *termios_p); // need: none
int cfsetispeed(struct termios *termios_p, speed_t speed); // need: none; traits: signal-safe
int cfsetospeed(struct termios *termios_p, speed_t speed); // need: none; traits: signal-safe
int cfsetspeed(struct termios *termios_p, speed_t speed); // need: none
int chdir(const char *path); // need: none; traits: signal-safe
int chmod(const char *file, mode_t mode); // need: none; traits: signal-safe
int chown(const char *file, uid_t owner, gid_t group); // need: none; traits: signal-safe
int chroot(const char *path); // need: none
int clearenv(void); // need: allocator, environ
void clearerr(FILE *stream); // need: allocator, stdio
void clearerr_unlocked(FILE *stream); // need: allocator, stdio
clock_t clock(void); // need: none
int clock_adjtime(clockid_t clock_id, struct timex *utx); // need: none
int clock_getcpuclockid(pid_t pid, clockid_t *clock_id); // need: none
int clock_getres(clockid_t clock_id, struct timespec *res); // need: none
int clock_gettime(clockid_t clock_id, struct timespec *tp); // need: none; traits: signal-safe
int clock_nanosleep(clockid_t clock_id, int flags, const struct timespec *req, struct timespec *rem); // need: none; traits: blocks, timed
int clock_settime(clockid_t clock_id, const struct timespec *tp); // need: none
int close(int fd); // need: none; traits: signal-safe, blocks
int close_range(unsigned int fd, unsigned int max_fd, int flags); // need: none; traits: blocks
int closedir(DIR *dirp); // need: allocator, other
void closefrom(int lowfd); // need: none; traits: blocks
void closelog(void); // need: syslog, time, environ, allocator, stdio, locale, iconv, loader; traits: blocks
int cnd_broadcast(cnd_t *cond); // need: threads
void cnd_destroy(cnd_t *COND); // need: threads
int cnd_init(cnd_t *cond); // need: threads
int cnd_signal(cnd_t *cond); // need: threads
int cnd_timedwait(cnd_t *cond, mtx_t *mutex, const struct timespec *time_point); // need: threads; traits: blocks, timed
int cnd_wait(cnd_t *cond, mtx_t *mutex); // need: threads; traits: blocks
size_t confstr(int name, char *buf, size_t len); // need: environ
int connect(int fd, const struct sockaddr *addr, socklen_t len); // need: none; traits: signal-safe, blocks
ssize_t copy_file_range(int infd, off64_t *pinoff, int outfd, off64_t *poutoff, size_t length, unsigned int flags); // need: none; traits: blocks
int creat(const char *file, mode_t mode); // need: none; traits: signal-safe
int creat64(const char *file, mode_t mode); // need: none
char *ctermid(char *s); // need: other
char *ctime(const time_t *timer); // need: time, environ, allocator, stdio, locale
char *ctime_r(const time_t *timer, char *buf); // need: time, environ, allocator, stdio, locale
char *cuserid(char *s); // need: all; traits: blocks, timed
int daemon(int nochdir, int noclose); // need: all; traits: threads
char *dcgettext(const char *domainname, const char *msgid, int category); // need: locale, allocator, environ, iconv, loader, stdio
char *dcngettext(const char *domainname, const char *msgid1, const char *msgid2, unsigned long n, int category); // need: locale, allocator, environ, iconv, loader, stdio
char *dgettext(const char *domainname, const char *msgid); // need: locale, allocator, environ, iconv, loader, stdio
double difftime(time_t time1, time_t time0); // need: none
int dirfd(DIR *dirp); // need: allocator
char *dirname(char *path); // need: none
struct {int quot; int rem;} div(int numer, int denom); // need: none
int dl_iterate_phdr(int (*callback)(struct dl_phdr_info *, size_t, void *), void *data); // need: all
int dladdr(const void *address, Dl_info *info); // need: loader
int dladdr1(const void *address, Dl_info *info, void **extra_info, int flags); // need: loader
int dlclose(void *handle); // need: all; traits: blocks, threads
char *dlerror(void); // need: loader, allocator, locale, environ, iconv, stdio
int dlinfo(void *handle, int request, void *arg); // need: loader, allocator
void *dlmopen(long nsid, const char *file, int mode); // need: all; traits: blocks, threads
void *dlopen(const char *file, int mode); // need: all; traits: blocks, threads
void *dlsym(void *handle, const char *name); // need: loader, allocator
void *dlvsym(void *handle, const char *name, const char *version); // need: loader, allocator
int dn_comp(const char *, unsigned char *, int, unsigned char **, unsigned char **); // need: locale
int dn_expand(const unsigned char *, const unsigned char *, const unsigned char *, char *, int); // need: locale
int dn_skipname(const unsigned char *, const unsigned char *); // need: locale
char *dngettext(const char *domainname, const char *msgid1, const char *msgid2, unsigned long n); // need: locale, allocator, environ, iconv, loader, stdio
int dprintf(int fd, const char *fmt, ...); // need: allocator, stdio, locale; traits: blocks
double drand48(void); // need: random
int drand48_r(struct drand48_data *buffer, double *result); // need: none
int dup(int fd); // need: none; traits: signal-safe
int dup2(int fd, int fd2); // need: none; traits: signal-safe
int dup3(int fd, int fd2, int flags); // need: none
locale_t duplocale(locale_t dataset); // need: locale, allocator, environ, iconv, loader, stdio
int dysize(int year); // need: none
int eaccess(const char *name, int type); // need: none
char *ecvt(double value, int ndigit, int *decpt, int *sign); // need: locale, allocator, other
int ecvt_r(double value, int ndigit, int *decpt, int *sign, char *buf, size_t len); // need: locale, allocator
void endaliasent(void); // need: all; traits: blocks, timed
void endfsent(void); // need: allocator, stdio, locale, other; traits: blocks
void endgrent(void); // need: all; traits: blocks, timed
void endhostent(void); // need: all; traits: blocks, timed
int endmntent(FILE *stream); // need: allocator, stdio
void endnetent(void); // need: all; traits: blocks, timed
void endnetgrent(void); // need: all; traits: blocks, timed
void endprotoent(void); // need: all; traits: blocks, timed
void endpwent(void); // need: all; traits: blocks, timed
void endrpcent(void); // need: all; traits: blocks, timed
void endservent(void); // need: all; traits: blocks, timed
void endsgent(void); // need: all; traits: blocks, timed
void endspent(void); // need: all; traits: blocks, timed
int endttyent(void); // need: allocator, stdio, locale, other; traits: blocks
void endusershell(void); // need: all; traits: blocks
void endutent(void); // need: all; traits: blocks
void endutxent(void); // need: all; traits: blocks
int envz_add(char **envz, size_t *envz_len, const char *name, const char *value); // need: allocator
char *envz_entry(const char *envz, size_t envz_len, const char *name); // need: none
char *envz_get(const char *envz, size_t envz_len, const char *name); // need: none
int envz_merge(char **envz, size_t *envz_len, const char *envz2, size_t envz2_len, int override); // need: allocator
void envz_remove(char **envz, size_t *envz_len, const char *name); // need: allocator
void envz_strip(char **envz, size_t *envz_len); // need: none
int epoll_create(int size); // need: none
int epoll_create1(int flags); // need: none
int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event); // need: none
int epoll_pwait(int epfd, struct epoll_event *events, int maxevents, int timeout, const sigset_t *ss); // need: none; traits: blocks
int epoll_pwait2(int epfd, struct epoll_event *events, int maxevents, const struct timespec *timeout, const sigset_t *ss); // need: none; traits: blocks
int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout); // need: none; traits: blocks
double erand48(unsigned short xsubi[3]); // need: random
int erand48_r(unsigned short xsubi[3], struct drand48_data *buffer, double *result); // need: none
void err(int status, const char *format, ...); // need: all; traits: blocks, noreturn
void error(int status, int errnum, const char *format, ...); // need: all; traits: blocks
void error_at_line(int status, int errnum, const char *fname, unsigned int lineno, const char *format, ...); // need: all; traits: blocks
void errx(int status, const char *format, ...); // need: all; traits: blocks, noreturn
struct ether_addr *ether_aton(const char *asc); // need: locale, other
struct ether_addr *ether_aton_r(const char *asc, struct ether_addr *addr); // need: locale
int ether_hostton(const char *hostname, struct ether_addr *addr); // need: all; traits: blocks, timed
int ether_line(const char *line, struct ether_addr *addr, char *hostname); // need: locale
char *ether_ntoa(const struct ether_addr *addr); // need: locale, allocator, other
char *ether_ntoa_r(const struct ether_addr *addr, char *buf); // need: locale, allocator
int ether_ntohost(char *hostname, const struct ether_addr *addr); // need: all; traits: blocks, timed
int euidaccess(const char *name, int type); // need: none
int eventfd(unsigned int count, int flags); // need: none
int eventfd_read(int fd, eventfd_t *value); // need: none; traits: blocks
int eventfd_write(int fd, uint64_t value); // need: none; traits: blocks
int execl(const char *path, const char *arg, ...); // need: all; traits: signal-safe, threads
int execle(const char *path, const char *arg, ...); // need: all; traits: signal-safe, threads
int execlp(const char *file, const char *arg, ...); // need: all; traits: threads
int execv(const char *path, char *const argv[]); // need: all; traits: signal-safe, threads
int execve(const char *path, char *const argv[], char *const envp[]); // need: all; traits: signal-safe, threads
int execveat(int fd, const char *path, char *const argv[], char *const envp[], int flags); // need: all; traits: threads
int execvp(const char *file, char *const argv[]); // need: all; traits: threads
int execvpe(const char *file, char *const argv[], char *const envp[]); // need: all; traits: threads
void exit(int status); // need: all; traits: blocks, noreturn
void explicit_bzero(void *s, size_t n); // need: none
int faccessat(int fd, const char *file, int type, int flag); // need: none; traits: signal-safe
int fallocate(int fd, int mode, off_t offset, off_t len); // need: none
int fallocate64(int fd, int mode, off64_t offset, off64_t len); // need: none
int fanotify_init(unsigned int flags, unsigned int event_f_flags); // need: none
int fanotify_mark(int fanotify_fd, unsigned int flags, uint64_t mask, int dfd, const char *pathname); // need: none
int fchdir(int fd); // need: none; traits: signal-safe
int fchmod(int fd, mode_t mode); // need: none; traits: signal-safe
int fchmodat(int fd, const char *file, mode_t mode, int flag); // need: none; traits: signal-safe
int fchown(int fd, uid_t owner, gid_t group); // need: none; traits: signal-safe
int fchownat(int fd, const char *file, uid_t owner, gid_t group, int flag); // need: none; traits: signal-safe
int fclose(FILE *stream); // need: allocator, stdio
int fcloseall(void); // need: allocator, stdio
int fcntl(int fd, int cmd, ...); // need: none; traits: signal-safe, blocks
int fcntl64(int fd, int cmd, ...); // need: none; traits: blocks
char *fcvt(double value, int ndigit, int *decpt, int *sign); // need: locale, allocator, other
int fcvt_r(double value, int ndigit, int *decpt, int *sign, char *buf, size_t len); // need: locale, allocator
int fdatasync(int fildes); // need: none; traits: signal-safe, blocks
FILE *fdopen(int fd, const char *modes); // need: allocator, stdio
DIR *fdopendir(int fd); // need: allocator, other
int feof(FILE *stream); // need: allocator, stdio
int feof_unlocked(FILE *stream); // need: allocator, stdio
int ferror(FILE *stream); // need: allocator, stdio
int ferror_unlocked(FILE *stream); // need: allocator, stdio
int fexecve(int fd, char *const argv[], char *const envp[]); // need: all; traits: signal-safe, threads
int fflush(FILE *stream); // need: allocator, stdio; traits: blocks
int fflush_unlocked(FILE *stream); // need: allocator, stdio; traits: blocks
int ffs(int i); // need: none; traits: signal-safe
int ffsl(long l); // need: none
int ffsll(long long ll); // need: none
int fgetc(FILE *stream); // need: allocator, stdio; traits: blocks
int fgetc_unlocked(FILE *stream); // need: allocator, stdio; traits: blocks
struct group *fgetgrent(FILE *stream); // need: allocator, stdio, locale, other; traits: blocks
int fgetgrent_r(FILE *stream, struct group *resultbuf, char *buffer, size_t buflen, struct group **result); // need: allocator, stdio, locale, other; traits: blocks
int fgetpos(FILE *stream, fpos_t *pos); // need: allocator, stdio
int fgetpos64(FILE *stream, fpos64_t *pos); // need: allocator, stdio
struct passwd *fgetpwent(FILE *stream); // need: allocator, stdio, locale, other; traits: blocks
int fgetpwent_r(FILE *stream, struct passwd *resultbuf, char *buffer, size_t buflen, struct passwd **result); // need: allocator, stdio, locale, other; traits: blocks
char *fgets(char *s, int n, FILE *stream); // need: allocator, stdio; traits: blocks
char *fgets_unlocked(char *s, int n, FILE *stream); // need: allocator, stdio; traits: blocks
struct sgrp *fgetsgent(FILE *stream); // need: allocator, stdio, locale, other; traits: blocks
int fgetsgent_r(FILE *stream, struct sgrp *result_buf, char *buffer, size_t buflen, struct sgrp **result); // need: allocator, stdio, locale, other; traits: blocks
struct spwd *fgetspent(FILE *stream); // need: allocator, stdio, locale, other; traits: blocks
int fgetspent_r(FILE *stream, struct spwd *result_buf, char *buffer, size_t buflen, struct spwd **result); // need: allocator, stdio, locale, other; traits: blocks
wint_t fgetwc(FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
wint_t fgetwc_unlocked(FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
wchar_t *fgetws(wchar_t *ws, int n, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
wchar_t *fgetws_unlocked(wchar_t *ws, int n, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
ssize_t fgetxattr(int fd, const char *name, void *value, size_t size); // need: none
int fileno(FILE *stream); // need: allocator, stdio
int fileno_unlocked(FILE *stream); // need: allocator, stdio
ssize_t flistxattr(int fd, char *list, size_t size); // need: none
int flock(int fd, int operation); // need: none; traits: blocks
void flockfile(FILE *stream); // need: allocator, stdio
FILE *fmemopen(void *s, size_t len, const char *modes); // need: allocator, stdio
int fmtmsg(long classification, const char *label, int severity, const char *text, const char *action, const char *tag); // need: all; traits: blocks
int fnmatch(const char *pattern, const char *name, int flags); // need: locale, allocator, environ
FILE *fopen(const char *filename, const char *modes); // need: allocator, stdio
FILE *fopen64(const char *filename, const char *modes); // need: allocator, stdio
pid_t fork(void); // need: all; traits: signal-safe, threads
int forkpty(int *amaster, char *name, const struct termios *termp, const struct winsize *winp); // need: all; traits: threads
long fpathconf(int fd, int name); // need: allocator, stdio
int fprintf(FILE *stream, const char *format, ...); // need: allocator, stdio, locale; traits: blocks
int fputc(int c, FILE *stream); // need: allocator, stdio; traits: blocks
int fputc_unlocked(int c, FILE *stream); // need: allocator, stdio; traits: blocks
int fputs(const char *s, FILE *stream); // need: allocator, stdio; traits: blocks
int fputs_unlocked(const char *s, FILE *stream); // need: allocator, stdio; traits: blocks
wint_t fputwc(wchar_t wc, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
wint_t fputwc_unlocked(wchar_t wc, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
int fputws(const wchar_t *ws, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
int fputws_unlocked(const wchar_t *ws, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
size_t fread(void *ptr, size_t size, size_t n, FILE *stream); // need: allocator, stdio; traits: blocks
size_t fread_unlocked(void *ptr, size_t size, size_t n, FILE *stream); // need: allocator, stdio; traits: blocks
void free(void *ptr); // need: allocator
void freeaddrinfo(struct addrinfo *ai); // need: resolver, allocator
void freeifaddrs(struct ifaddrs *ifa); // need: allocator
void freelocale(locale_t dataset); // need: locale, allocator, environ, iconv, loader, stdio
int fremovexattr(int fd, const char *name); // need: none
FILE *freopen(const char *filename, const char *modes, FILE *stream); // need: allocator, stdio
FILE *freopen64(const char *filename, const char *modes, FILE *stream); // need: allocator, stdio
int fscanf(FILE *stream, const char *format, ...); // need: allocator, stdio, locale; traits: blocks
int fsconfig(int fd, unsigned int cmd, const char *key, const void *value, int aux); // need: none
int fseek(FILE *stream, long off, int whence); // need: allocator, stdio
int fseeko(FILE *stream, off_t off, int whence); // need: allocator, stdio
int fseeko64(FILE *stream, off64_t off, int whence); // need: allocator, stdio
int fsetpos(FILE *stream, const fpos_t *pos); // need: allocator, stdio
int fsetpos64(FILE *stream, const fpos64_t *pos); // need: allocator, stdio
int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags); // need: none
int fsmount(int fd, unsigned int flags, unsigned int ms_flags); // need: none
int fsopen(const char *fs_name, unsigned int flags); // need: none
int fspick(int dfd, const char *path, unsigned int flags); // need: none
int fstat(int fd, struct stat *buf); // need: none; traits: signal-safe
int fstat64(int fd, struct stat64 *buf); // need: none
int fstatat(int fd, const char *file, struct stat *buf, int flag); // need: none; traits: signal-safe
int fstatat64(int fd, const char *file, struct stat64 *buf, int flag); // need: none
int fstatfs(int fildes, struct statfs *buf); // need: none
int fstatfs64(int fildes, struct statfs64 *buf); // need: none
int fstatvfs(int fildes, struct statvfs *buf); // need: none
int fstatvfs64(int fildes, struct statvfs64 *buf); // need: none
int fsync(int fd); // need: none; traits: signal-safe, blocks
long ftell(FILE *stream); // need: allocator, stdio
off_t ftello(FILE *stream); // need: allocator, stdio
off64_t ftello64(FILE *stream); // need: allocator, stdio
int ftime(struct timeb *timebuf); // need: none
key_t ftok(const char *pathname, int proj_id); // need: none
int ftruncate(int fd, off_t length); // need: none; traits: signal-safe
int ftruncate64(int fd, off64_t length); // need: none
int ftrylockfile(FILE *stream); // need: allocator, stdio
FTSENT64 *fts64_children(FTS64 *, int); // need: all
int fts64_close(FTS64 *); // need: allocator, other
FTS64 *fts64_open(char *const *, int, int (*)(const FTSENT64 **, const FTSENT64 **)); // need: all
FTSENT64 *fts64_read(FTS64 *); // need: all
int fts64_set(FTS64 *, FTSENT64 *, int); // need: none
FTSENT *fts_children(FTS *, int); // need: all
int fts_close(FTS *); // need: allocator, other
FTS *fts_open(char *const *, int, int (*)(const FTSENT **, const FTSENT **)); // need: all
FTSENT *fts_read(FTS *); // need: all
int fts_set(FTS *, FTSENT *, int); // need: none
int ftw(const char *dir, int (*func)(const char *, const struct stat *, int), int descriptors); // need: all
int ftw64(const char *dir, int (*func)(const char *, const struct stat64 *, int), int descriptors); // need: all
void funlockfile(FILE *stream); // need: allocator, stdio
int futimens(int fd, const struct timespec times[2]); // need: none; traits: signal-safe
int futimes(int fd, const struct timeval tvp[2]); // need: none
int futimesat(int fd, const char *file, const struct timeval tvp[2]); // need: none
int fwide(FILE *fp, int mode); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
int fwprintf(FILE *stream, const wchar_t *format, ...); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
size_t fwrite(const void *ptr, size_t size, size_t n, FILE *s); // need: allocator, stdio; traits: blocks
size_t fwrite_unlocked(const void *ptr, size_t size, size_t n, FILE *stream); // need: allocator, stdio; traits: blocks
int fwscanf(FILE *stream, const wchar_t *format, ...); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
int gai_cancel(struct gaicb *gaicbp); // need: threads, resolver
int gai_error(struct gaicb *req); // need: threads, resolver
const char *gai_strerror(int ecode); // need: locale, allocator, environ, iconv, loader, stdio
int gai_suspend(const struct gaicb *const list[], int ent, const struct timespec *timeout); // need: threads, resolver; traits: blocks, timed
char *gcvt(double value, int ndigit, char *buf); // need: locale, allocator
long get_avphys_pages(void); // need: none
char *get_current_dir_name(void); // need: allocator, environ
int get_nprocs(void); // need: none
int get_nprocs_conf(void); // need: none
long get_phys_pages(void); // need: none
int getaddrinfo(const char *name, const char *service, const struct addrinfo *req, struct addrinfo **pai); // need: all; traits: blocks, timed
int getaddrinfo_a(int mode, struct gaicb *list[], int ent, struct sigevent *sig); // need: all; traits: blocks, threads, timed
struct aliasent *getaliasbyname(const char *name); // need: all; traits: blocks, timed
int getaliasbyname_r(const char *name, struct aliasent *result_buf, char *buffer, size_t buflen, struct aliasent **result); // need: all; traits: blocks, timed
struct aliasent *getaliasent(void); // need: all; traits: blocks, timed
int getaliasent_r(struct aliasent *result_buf, char *buffer, size_t buflen, struct aliasent **result); // need: all; traits: blocks, timed
unsigned long getauxval(unsigned long type); // need: none
int getc(FILE *stream); // need: allocator, stdio; traits: blocks
int getc_unlocked(FILE *stream); // need: allocator, stdio; traits: blocks
int getchar(void); // need: allocator, stdio; traits: blocks
int getchar_unlocked(void); // need: allocator, stdio; traits: blocks
int getcpu(unsigned int *, unsigned int *); // need: none
char *getcwd(char *buf, size_t size); // need: allocator
struct tm *getdate(const char *string); // need: time, environ, allocator, stdio, locale
int getdate_r(const char *string, struct tm *resbufp); // need: time, environ, allocator, stdio, locale
ssize_t getdelim(char **lineptr, size_t *n, int delimiter, FILE *stream); // need: allocator, stdio; traits: blocks
ssize_t getdents64(int fd, void *buffer, size_t length); // need: none
ssize_t getdirentries(int fd, char *buf, size_t nbytes, off_t *basep); // need: none
ssize_t getdirentries64(int fd, char *buf, size_t nbytes, off64_t *basep); // need: none
int getdomainname(char *name, size_t len); // need: none
int getdtablesize(void); // need: none
gid_t getegid(void); // need: none; traits: signal-safe
int getentropy(void *buffer, size_t length); // need: none; traits: blocks
char *getenv(const char *name); // need: environ
uid_t geteuid(void); // need: none; traits: signal-safe
struct fstab *getfsent(void); // need: allocator, stdio, locale, other; traits: blocks
struct fstab *getfsfile(const char *name); // need: allocator, stdio, locale, other; traits: blocks
struct fstab *getfsspec(const char *name); // need: allocator, stdio, locale, other; traits: blocks
gid_t getgid(void); // need: none; traits: signal-safe
struct group *getgrent(void); // need: all; traits: blocks, timed
int getgrent_r(struct group *resultbuf, char *buffer, size_t buflen, struct group **result); // need: all; traits: blocks, timed
struct group *getgrgid(gid_t gid); // need: all; traits: blocks, timed
int getgrgid_r(gid_t gid, struct group *resultbuf, char *buffer, size_t buflen, struct group **result); // need: all; traits: blocks, timed
struct group *getgrnam(const char *name); // need: all; traits: blocks, timed
int getgrnam_r(const char *name, struct group *resultbuf, char *buffer, size_t buflen, struct group **result); // need: all; traits: blocks, timed
int getgrouplist(const char *user, gid_t group, gid_t *groups, int *ngroups); // need: all; traits: blocks, timed
int getgroups(int size, gid_t list[]); // need: none; traits: signal-safe
struct hostent *gethostbyaddr(const void *addr, socklen_t len, int type); // need: all; traits: blocks, timed
int gethostbyaddr_r(const void *addr, socklen_t len, int type, struct hostent *result_buf, char *buf, size_t buflen, struct hostent **result, int *h_errnop); // need: all; traits: blocks, timed
struct hostent *gethostbyname(const char *name); // need: all; traits: blocks, timed
struct hostent *gethostbyname2(const char *name, int af); // need: all; traits: blocks, timed
int gethostbyname2_r(const char *name, int af, struct hostent *result_buf, char *buf, size_t buflen, struct hostent **result, int *h_errnop); // need: all; traits: blocks, timed
int gethostbyname_r(const char *name, struct hostent *result_buf, char *buf, size_t buflen, struct hostent **result, int *h_errnop); // need: all; traits: blocks, timed
struct hostent *gethostent(void); // need: all; traits: blocks, timed
int gethostent_r(struct hostent *result_buf, char *buf, size_t buflen, struct hostent **result, int *h_errnop); // need: all; traits: blocks, timed
long gethostid(void); // need: all; traits: blocks, timed
int gethostname(char *name, size_t len); // need: none
int getifaddrs(struct ifaddrs **ifap); // need: allocator; traits: blocks
int getitimer(int which, struct itimerval *value); // need: none
ssize_t getline(char **lineptr, size_t *n, FILE *stream); // need: allocator, stdio; traits: blocks
int getloadavg(double loadavg[], int nelem); // need: locale, other
char *getlogin(void); // need: all; traits: blocks, timed
int getlogin_r(char *name, size_t name_len); // need: all; traits: blocks, timed
struct mntent *getmntent(FILE *stream); // need: allocator, stdio
struct mntent *getmntent_r(FILE *stream, struct mntent *result, char *buffer, int bufsize); // need: allocator, stdio, locale
int getnameinfo(const struct sockaddr *sa, socklen_t salen, char *host, socklen_t hostlen, char *serv, socklen_t servlen, int flags); // need: all; traits: blocks, timed
struct netent *getnetbyaddr(uint32_t net, int type); // need: all; traits: blocks, timed
int getnetbyaddr_r(uint32_t net, int type, struct netent *result_buf, char *buf, size_t buflen, struct netent **result, int *h_errnop); // need: all; traits: blocks, timed
struct netent *getnetbyname(const char *name); // need: all; traits: blocks, timed
int getnetbyname_r(const char *name, struct netent *result_buf, char *buf, size_t buflen, struct netent **result, int *h_errnop); // need: all; traits: blocks, timed
struct netent *getnetent(void); // need: all; traits: blocks, timed
int getnetent_r(struct netent *result_buf, char *buf, size_t buflen, struct netent **result, int *h_errnop); // need: all; traits: blocks, timed
int getnetgrent(char **hostp, char **userp, char **domainp); // need: all; traits: blocks, timed
int getnetgrent_r(char **hostp, char **userp, char **domainp, char *buffer, size_t buflen); // need: all; traits: blocks, timed
int getopt(int argc, char *const *argv, const char *shortopts); // need: all
int getopt_long(int argc, char *const *argv, const char *shortopts, const struct option *longopts, int *longind); // need: all
int getopt_long_only(int argc, char *const *argv, const char *shortopts, const struct option *longopts, int *longind); // need: all
int getpagesize(void); // need: none
char *getpass(const char *prompt); // need: all; traits: blocks
int getpeername(int fd, struct sockaddr *addr, socklen_t *len); // need: none; traits: signal-safe
pid_t getpgid(pid_t pid); // need: none
pid_t getpgrp(void); // need: none; traits: signal-safe
pid_t getpid(void); // need: none; traits: signal-safe
pid_t getppid(void); // need: none; traits: signal-safe
int getpriority(int which, id_t who); // need: none
struct protoent *getprotobyname(const char *name); // need: all; traits: blocks, timed
int getprotobyname_r(const char *name, struct protoent *result_buf, char *buf, size_t buflen, struct protoent **result); // need: all; traits: blocks, timed
struct protoent *getprotobynumber(int proto); // need: all; traits: blocks, timed
int getprotobynumber_r(int proto, struct protoent *result_buf, char *buf, size_t buflen, struct protoent **result); // need: all; traits: blocks, timed
struct protoent *getprotoent(void); // need: all; traits: blocks, timed
int getprotoent_r(struct protoent *result_buf, char *buf, size_t buflen, struct protoent **result); // need: all; traits: blocks, timed
int getpt(void); // need: none
int getpw(uid_t uid, char *buffer); // need: all; traits: blocks, timed
struct passwd *getpwent(void); // need: all; traits: blocks, timed
int getpwent_r(struct passwd *resultbuf, char *buffer, size_t buflen, struct passwd **result); // need: all; traits: blocks, timed
struct passwd *getpwnam(const char *name); // need: all; traits: blocks, timed
int getpwnam_r(const char *name, struct passwd *resultbuf, char *buffer, size_t buflen, struct passwd **result); // need: all; traits: blocks, timed
struct passwd *getpwuid(uid_t uid); // need: all; traits: blocks, timed
int getpwuid_r(uid_t uid, struct passwd *resultbuf, char *buffer, size_t buflen, struct passwd **result); // need: all; traits: blocks, timed
ssize_t getrandom(void *buffer, size_t length, unsigned int flags); // need: none; traits: blocks
int getresgid(gid_t *rgid, gid_t *egid, gid_t *sgid); // need: none
int getresuid(uid_t *ruid, uid_t *euid, uid_t *suid); // need: none
int getrlimit(int resource, struct rlimit *rlimits); // need: none
int getrlimit64(int resource, struct rlimit64 *rlimits); // need: none
struct rpcent *getrpcbyname(const char *name); // need: all; traits: blocks, timed
int getrpcbyname_r(const char *name, struct rpcent *result_buf, char *buffer, size_t buflen, struct rpcent **result); // need: all; traits: blocks, timed
struct rpcent *getrpcbynumber(int number); // need: all; traits: blocks, timed
int getrpcbynumber_r(int number, struct rpcent *result_buf, char *buffer, size_t buflen, struct rpcent **result); // need: all; traits: blocks, timed
struct rpcent *getrpcent(void); // need: all; traits: blocks, timed
int getrpcent_r(struct rpcent *result_buf, char *buffer, size_t buflen, struct rpcent **result); // need: all; traits: blocks, timed
int getrusage(int who, struct rusage *usage); // need: none
struct servent *getservbyname(const char *name, const char *proto); // need: all; traits: blocks, timed
int getservbyname_r(const char *name, const char *proto, struct servent *result_buf, char *buf, size_t buflen, struct servent **result); // need: all; traits: blocks, timed
struct servent *getservbyport(int port, const char *proto); // need: all; traits: blocks, timed
int getservbyport_r(int port, const char *proto, struct servent *result_buf, char *buf, size_t buflen, struct servent **result); // need: all; traits: blocks, timed
struct servent *getservent(void); // need: all; traits: blocks, timed
int getservent_r(struct servent *result_buf, char *buf, size_t buflen, struct servent **result); // need: all; traits: blocks, timed
struct sgrp *getsgent(void); // need: all; traits: blocks, timed
int getsgent_r(struct sgrp *result_buf, char *buffer, size_t buflen, struct sgrp **result); // need: all; traits: blocks, timed
struct sgrp *getsgnam(const char *name); // need: all; traits: blocks, timed
int getsgnam_r(const char *name, struct sgrp *result_buf, char *buffer, size_t buflen, struct sgrp **result); // need: all; traits: blocks, timed
pid_t getsid(pid_t pid); // need: none
int getsockname(int fd, struct sockaddr *addr, socklen_t *len); // need: none; traits: signal-safe
int getsockopt(int fd, int level, int optname, void *optval, socklen_t *optlen); // need: none; traits: signal-safe
int getsourcefilter(int s, uint32_t interface_addr, const struct sockaddr *group, socklen_t grouplen, uint32_t *fmode, uint32_t *numsrc, struct sockaddr_storage *slist); // need: allocator
struct spwd *getspent(void); // need: all; traits: blocks, timed
int getspent_r(struct spwd *result_buf, char *buffer, size_t buflen, struct spwd **result); // need: all; traits: blocks, timed
struct spwd *getspnam(const char *name); // need: all; traits: blocks, timed
int getspnam_r(const char *name, struct spwd *result_buf, char *buffer, size_t buflen, struct spwd **result); // need: all; traits: blocks, timed
int getsubopt(char **optionp, char *const *tokens, char **valuep); // need: none
char *gettext(const char *msgid); // need: locale, allocator, environ, iconv, loader, stdio
pid_t gettid(void); // need: none
int gettimeofday(struct timeval *tv, void *tz); // need: none
struct ttyent *getttyent(void); // need: allocator, stdio, locale, other; traits: blocks
struct ttyent *getttynam(const char *tty); // need: allocator, stdio, locale, other; traits: blocks
uid_t getuid(void); // need: none; traits: signal-safe
char *getusershell(void); // need: all; traits: blocks
struct utmp *getutent(void); // need: all; traits: blocks
int getutent_r(struct utmp *buffer, struct utmp **result); // need: all; traits: blocks
struct utmp *getutid(const struct utmp *id); // need: all; traits: blocks
int getutid_r(const struct utmp *id, struct utmp *buffer, struct utmp **result); // need: all; traits: blocks
struct utmp *getutline(const struct utmp *line); // need: all; traits: blocks
int getutline_r(const struct utmp *line, struct utmp *buffer, struct utmp **result); // need: all; traits: blocks
void getutmp(const struct utmpx *utmpx, struct utmp *utmp); // need: none
void getutmpx(const struct utmp *utmp, struct utmpx *utmpx); // need: none
struct utmpx *getutxent(void); // need: all; traits: blocks
struct utmpx *getutxid(const struct utmpx *id); // need: all; traits: blocks
struct utmpx *getutxline(const struct utmpx *line); // need: all; traits: blocks
int getw(FILE *stream); // need: allocator, stdio; traits: blocks
wint_t getwc(FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
wint_t getwc_unlocked(FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
wint_t getwchar(void); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
wint_t getwchar_unlocked(void); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
char *getwd(char *buf); // need: allocator
ssize_t getxattr(const char *path, const char *name, void *value, size_t size); // need: none
int glob(const char *pattern, int flags, int (*errfunc)(const char *, int), glob_t *pglob); // need: all
int glob64(const char *pattern, int flags, int (*errfunc)(const char *, int), glob64_t *pglob); // need: all
int glob_pattern_p(const char *pattern, int quote); // need: none
void globfree(glob_t *pglob); // need: all
void globfree64(glob64_t *pglob); // need: all
struct tm *gmtime(const time_t *timer); // need: time, environ, allocator, stdio, locale
struct tm *gmtime_r(const time_t *timer, struct tm *tp); // need: time, environ, allocator, stdio, locale
unsigned int gnu_dev_major(dev_t dev); // need: none
dev_t gnu_dev_makedev(unsigned int major, unsigned int minor); // need: none
unsigned int gnu_dev_minor(dev_t dev); // need: none
const char *gnu_get_libc_release(void); // need: none
const char *gnu_get_libc_version(void); // need: none
int grantpt(int fd); // need: none
int group_member(gid_t gid); // need: allocator
int gsignal(int sig); // need: none
char *hasmntopt(const struct mntent *mnt, const char *opt); // need: none
int hcreate(size_t nel); // need: allocator, other
int hcreate_r(size_t nel, struct hsearch_data *htab); // need: allocator, other
void hdestroy(void); // need: allocator, other
void hdestroy_r(struct hsearch_data *htab); // need: allocator, other
void herror(const char *str); // need: locale, allocator, environ, iconv, loader, stdio
const char *hstrerror(int err_num); // need: locale, allocator, environ, iconv, loader, stdio
uint32_t htonl(uint32_t hostlong); // need: none; traits: signal-safe
uint16_t htons(uint16_t hostshort); // need: none; traits: signal-safe
size_t iconv(iconv_t cd, char **inbuf, size_t *inbytesleft, char **outbuf, size_t *outbytesleft); // need: all
int iconv_close(iconv_t cd); // need: all
iconv_t iconv_open(const char *tocode, const char *fromcode); // need: all
void if_freenameindex(struct if_nameindex *ptr); // need: allocator
char *if_indextoname(unsigned int ifindex, char ifname[16]); // need: none
struct if_nameindex *if_nameindex(void); // need: allocator; traits: blocks
unsigned int if_nametoindex(const char *ifname); // need: none
intmax_t imaxabs(intmax_t n); // need: none
struct {long quot; long rem;} imaxdiv(intmax_t numer, intmax_t denom); // need: none
char *index(const char *s, int c); // need: none
int inet6_opt_append(void *extbuf, socklen_t extlen, int offset, uint8_t type, socklen_t len, uint8_t align, void **databufp); // need: none
int inet6_opt_find(void *extbuf, socklen_t extlen, int offset, uint8_t type, socklen_t *lenp, void **databufp); // need: none
int inet6_opt_finish(void *extbuf, socklen_t extlen, int offset); // need: none
int inet6_opt_get_val(void *databuf, int offset, void *val, socklen_t vallen); // need: none
int inet6_opt_init(void *extbuf, socklen_t extlen); // need: none
int inet6_opt_next(void *extbuf, socklen_t extlen, int offset, uint8_t *typep, socklen_t *lenp, void **databufp); // need: none
int inet6_opt_set_val(void *databuf, int offset, void *val, socklen_t vallen); // need: none
uint8_t *inet6_option_alloc(struct cmsghdr *cmsg, int datalen, int multx, int plusy); // need: none
int inet6_option_append(struct cmsghdr *cmsg, const uint8_t *typep, int multx, int plusy); // need: none
int inet6_option_find(const struct cmsghdr *cmsg, uint8_t **tptrp, int type); // need: none
int inet6_option_init(void *bp, struct cmsghdr **cmsgp, int type); // need: none
int inet6_option_next(const struct cmsghdr *cmsg, uint8_t **tptrp); // need: none
int inet6_option_space(int nbytes); // need: none
int inet6_rth_add(void *bp, const struct in6_addr *addr); // need: none
struct in6_addr *inet6_rth_getaddr(const void *bp, int index); // need: none
void *inet6_rth_init(void *bp, socklen_t bp_len, int type, int segments); // need: none
int inet6_rth_reverse(const void *in, void *out); // need: none
int inet6_rth_segments(const void *bp); // need: none
socklen_t inet6_rth_space(int type, int segments); // need: none
in_addr_t inet_addr(const char *cp); // need: locale
int inet_aton(const char *cp, struct in_addr *inp); // need: locale
in_addr_t inet_lnaof(struct in_addr {in_addr_t s_addr;} in); // need: none
struct in_addr {in_addr_t s_addr;} inet_makeaddr(in_addr_t net, in_addr_t host); // need: none
in_addr_t inet_netof(struct in_addr {in_addr_t s_addr;} in); // need: none
in_addr_t inet_network(const char *cp); // need: locale
unsigned int inet_nsap_addr(const char *cp, unsigned char *buf, int len); // need: locale
char *inet_nsap_ntoa(int len, const unsigned char *cp, char *buf); // need: other
char *inet_ntoa(struct in_addr {in_addr_t s_addr;} in); // need: locale, other
const char *inet_ntop(int af, const void *cp, char *buf, socklen_t len); // need: locale, allocator
int inet_pton(int af, const char *cp, void *buf); // need: locale
int initgroups(const char *user, gid_t group); // need: all; traits: blocks, timed
char *initstate(unsigned int seed, char *statebuf, size_t statelen); // need: random
int initstate_r(unsigned int seed, char *statebuf, size_t statelen, struct random_data *buf); // need: none
int innetgr(const char *netgroup, const char *host, const char *user, const char *domain); // need: all; traits: blocks, timed
int inotify_add_watch(int fd, const char *name, uint32_t mask); // need: none
int inotify_init(void); // need: none
int inotify_init1(int flags); // need: none
int inotify_rm_watch(int fd, int wd); // need: none
void insque(void *elem, void *prev); // need: other
int ioctl(int fd, unsigned long request, ...); // need: none; traits: blocks
int ioperm(unsigned long from, unsigned long num, int turn_on); // need: none
int iopl(int level); // need: none
int iruserok(uint32_t raddr, int suser, const char *remuser, const char *locuser); // need: all; traits: blocks, threads, timed
int iruserok_af(const void *raddr, int suser, const char *remuser, const char *locuser, sa_family_t af); // need: all; traits: blocks, threads, timed
int isalnum(int); // need: locale
int isalnum_l(int, locale_t); // need: locale
int isalpha(int); // need: locale
int isalpha_l(int, locale_t); // need: locale
int isascii(int c); // need: none
int isatty(int fd); // need: none
int isblank(int); // need: locale
int isblank_l(int, locale_t); // need: locale
int iscntrl(int); // need: locale
int iscntrl_l(int, locale_t); // need: locale
int isctype(int c, int mask); // need: locale
int isdigit(int); // need: locale
int isdigit_l(int, locale_t); // need: locale
int isfdtype(int fd, int fdtype); // need: none
int isgraph(int); // need: locale
int isgraph_l(int, locale_t); // need: locale
int isinf(double value); // need: none
int isinff(float value); // need: none
int isinfl(long double value); // need: none
int islower(int); // need: locale
int islower_l(int, locale_t); // need: locale
int isnan(double value); // need: none
int isnanf(float value); // need: none
int isnanl(long double value); // need: none
int isprint(int); // need: locale
int isprint_l(int, locale_t); // need: locale
int ispunct(int); // need: locale
int ispunct_l(int, locale_t); // need: locale
int isspace(int); // need: locale
int isspace_l(int, locale_t); // need: locale
int isupper(int); // need: locale
int isupper_l(int, locale_t); // need: locale
int iswalnum(wint_t wc); // need: locale
int iswalnum_l(wint_t wc, locale_t locale); // need: locale
int iswalpha(wint_t wc); // need: locale
int iswalpha_l(wint_t wc, locale_t locale); // need: locale
int iswblank(wint_t wc); // need: locale
int iswblank_l(wint_t wc, locale_t locale); // need: locale
int iswcntrl(wint_t wc); // need: locale
int iswcntrl_l(wint_t wc, locale_t locale); // need: locale
int iswctype(wint_t wc, wctype_t desc); // need: locale
int iswctype_l(wint_t wc, wctype_t desc, locale_t locale); // need: locale
int iswdigit(wint_t wc); // need: locale
int iswdigit_l(wint_t wc, locale_t locale); // need: locale
int iswgraph(wint_t wc); // need: locale
int iswgraph_l(wint_t wc, locale_t locale); // need: locale
int iswlower(wint_t wc); // need: locale
int iswlower_l(wint_t wc, locale_t locale); // need: locale
int iswprint(wint_t wc); // need: locale
int iswprint_l(wint_t wc, locale_t locale); // need: locale
int iswpunct(wint_t wc); // need: locale
int iswpunct_l(wint_t wc, locale_t locale); // need: locale
int iswspace(wint_t wc); // need: locale
int iswspace_l(wint_t wc, locale_t locale); // need: locale
int iswupper(wint_t wc); // need: locale
int iswupper_l(wint_t wc, locale_t locale); // need: locale
int iswxdigit(wint_t wc); // need: locale
int iswxdigit_l(wint_t wc, locale_t locale); // need: locale
int isxdigit(int); // need: locale
int isxdigit_l(int, locale_t); // need: locale
long jrand48(unsigned short xsubi[3]); // need: random
int jrand48_r(unsigned short xsubi[3], struct drand48_data *buffer, long *result); // need: none
int kill(pid_t pid, int sig); // need: none; traits: signal-safe
int killpg(pid_t pgrp, int sig); // need: none
int klogctl(int type, char *bufp, int len); // need: none
char *l64a(long n); // need: other
long labs(long x); // need: none
int lchmod(const char *file, mode_t mode); // need: none
int lchown(const char *file, uid_t owner, gid_t group); // need: none
int lckpwdf(void); // need: other; traits: blocks
void lcong48(unsigned short param[7]); // need: random
int lcong48_r(unsigned short param[7], struct drand48_data *buffer); // need: none
struct {long quot; long rem;} ldiv(long numer, long denom); // need: none
void *lfind(const void *key, const void *base, size_t *nmemb, size_t size, int (*compar)(const void *, const void *)); // need: all
ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size); // need: none
int link(const char *from, const char *to); // need: none; traits: signal-safe
int linkat(int fromfd, const char *from, int tofd, const char *to, int flags); // need: none; traits: signal-safe
int lio_listio(int mode, struct aiocb *const list[], int nent, struct sigevent *sig); // need: all; traits: blocks, threads, timed
int lio_listio64(int mode, struct aiocb64 *const list[], int nent, struct sigevent *sig); // need: all; traits: blocks, threads, timed
int listen(int fd, int n); // need: none; traits: signal-safe
ssize_t listxattr(const char *path, char *list, size_t size); // need: none
long long llabs(long long x); // need: none
struct {long long quot; long long rem;} lldiv(long long numer, long long denom); // need: none
ssize_t llistxattr(const char *path, char *list, size_t size); // need: none
struct lconv *localeconv(void); // need: locale
struct tm *localtime(const time_t *timer); // need: time, environ, allocator, stdio, locale
struct tm *localtime_r(const time_t *timer, struct tm *tp); // need: time, environ, allocator, stdio, locale
int lockf(int fd, int cmd, off_t len); // need: none; traits: blocks
int lockf64(int fd, int cmd, off64_t len); // need: none; traits: blocks
void login(const struct utmp *entry); // need: all; traits: blocks
int login_tty(int fd); // need: none
int logout(const char *ut_line); // need: all; traits: blocks
void logwtmp(const char *ut_line, const char *ut_name, const char *ut_host); // need: all; traits: blocks
long lrand48(void); // need: random
int lrand48_r(struct drand48_data *buffer, long *result); // need: none
int lremovexattr(const char *path, const char *name); // need: none
void *lsearch(const void *key, void *base, size_t *nmemb, size_t size, int (*compar)(const void *, const void *)); // need: all
off_t lseek(int fd, off_t offset, int whence); // need: none; traits: signal-safe
off64_t lseek64(int fd, off64_t offset, int whence); // need: none
int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags); // need: none
int lstat(const char *file, struct stat *buf); // need: none; traits: signal-safe
int lstat64(const char *file, struct stat64 *buf); // need: none
int lutimes(const char *file, const struct timeval tvp[2]); // need: none
int madvise(void *addr, size_t len, int advice); // need: none
struct mallinfo {int arena; int ordblks; int smblks; int hblks; int hblkhd; int usmblks; int fsmblks; int uordblks; int fordblks; int keepcost;} mallinfo(void); // need: allocator
struct mallinfo2 {size_t arena; size_t ordblks; size_t smblks; size_t hblks; size_t hblkhd; size_t usmblks; size_t fsmblks; size_t uordblks; size_t fordblks; size_t keepcost;} mallinfo2(void); // need: allocator
void *malloc(size_t size); // need: allocator
int malloc_info(int options, FILE *fp); // need: allocator, stdio, locale
void malloc_stats(void); // need: allocator, stdio, locale
int malloc_trim(size_t pad); // need: allocator
size_t malloc_usable_size(void *ptr); // need: allocator
int mallopt(int param, int val); // need: allocator
int mblen(const char *s, size_t n); // need: locale, allocator, environ, iconv, loader, stdio
size_t mbrlen(const char *s, size_t n, mbstate_t *ps); // need: locale, allocator, environ, iconv, loader, stdio
size_t mbrtoc16(char16_t *pc16, const char *s, size_t n, mbstate_t *p); // need: locale, allocator, environ, iconv, loader, stdio
size_t mbrtoc32(char32_t *pc32, const char *s, size_t n, mbstate_t *p); // need: locale, allocator, environ, iconv, loader, stdio
size_t mbrtoc8(char8_t *pc8, const char *s, size_t n, mbstate_t *p); // need: locale, allocator, environ, iconv, loader, stdio
size_t mbrtowc(wchar_t *pwc, const char *s, size_t n, mbstate_t *p); // need: locale, allocator, environ, iconv, loader, stdio
int mbsinit(const mbstate_t *ps); // need: none
size_t mbsnrtowcs(wchar_t *dst, const char **src, size_t nmc, size_t len, mbstate_t *ps); // need: locale, allocator, environ, iconv, loader, stdio
size_t mbsrtowcs(wchar_t *dst, const char **src, size_t len, mbstate_t *ps); // need: locale, allocator, environ, iconv, loader, stdio
size_t mbstowcs(wchar_t *pwcs, const char *s, size_t n); // need: locale, allocator, environ, iconv, loader, stdio
int mbtowc(wchar_t *pwc, const char *s, size_t n); // need: locale, allocator, environ, iconv, loader, stdio
int mcheck(void (*abortfunc)(enum mcheck_status)); // need: all
void mcheck_check_all(void); // need: all
int mcheck_pedantic(void (*abortfunc)(enum mcheck_status)); // need: all
void *memalign(size_t alignment, size_t size); // need: allocator
void *memccpy(void *dest, const void *src, int c, size_t n); // need: none; traits: signal-safe
void *memchr(const void *s, int c, size_t n); // need: none; traits: signal-safe
int memcmp(const void *s1, const void *s2, size_t n); // need: none; traits: signal-safe
void *memcpy(void *dest, const void *src, size_t n); // need: none; traits: signal-safe
int memfd_create(const char *name, unsigned int flags); // need: none
void *memfrob(void *s, size_t n); // need: none
void *memmem(const void *haystack, size_t haystacklen, const void *needle, size_t needlelen); // need: none
void *memmove(void *dest, const void *src, size_t n); // need: none; traits: signal-safe
void *mempcpy(void *dest, const void *src, size_t n); // need: none
void *memrchr(const void *s, int c, size_t n); // need: none
void *memset(void *s, int c, size_t n); // need: none; traits: signal-safe
int mincore(void *start, size_t len, unsigned char *vec); // need: none
int mkdir(const char *path, mode_t mode); // need: none; traits: signal-safe
int mkdirat(int fd, const char *path, mode_t mode); // need: none; traits: signal-safe
char *mkdtemp(char *template); // need: none
int mkfifo(const char *path, mode_t mode); // need: none; traits: signal-safe
int mkfifoat(int fd, const char *path, mode_t mode); // need: none; traits: signal-safe
int mknod(const char *path, mode_t mode, dev_t dev); // need: none; traits: signal-safe
int mknodat(int fd, const char *path, mode_t mode, dev_t dev); // need: none; traits: signal-safe
int mkostemp(char *template, int flags); // need: none
int mkostemp64(char *template, int flags); // need: none
int mkostemps(char *template, int suffixlen, int flags); // need: none
int mkostemps64(char *template, int suffixlen, int flags); // need: none
int mkstemp(char *template); // need: none
int mkstemp64(char *template); // need: none
int mkstemps(char *template, int suffixlen); // need: none
int mkstemps64(char *template, int suffixlen); // need: none
char *mktemp(char *template); // need: other
time_t mktime(struct tm *tp); // need: time, environ, allocator, stdio, locale
int mlock(const void *addr, size_t len); // need: none
int mlock2(const void *addr, size_t length, unsigned int flags); // need: none
int mlockall(int flags); // need: none
void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset); // need: none
void *mmap64(void *addr, size_t len, int prot, int flags, int fd, off64_t offset); // need: none
void monstartup(unsigned long lowpc, unsigned long highpc); // need: all; traits: blocks
int mount(const char *special_file, const char *dir, const char *fstype, unsigned long rwflag, const void *data); // need: none
int mount_setattr(int dfd, const char *path, unsigned int flags, struct mount_attr *uattr, size_t usize); // need: none
int move_mount(int from_dfd, const char *from_pathname, int to_dfd, const char *to_pathname, unsigned int flags); // need: none
enum mcheck_status mprobe(void *ptr); // need: all
int mprotect(void *addr, size_t len, int prot); // need: none
int mq_close(int mqdes); // need: none
int mq_getattr(int mqdes, struct mq_attr *mqstat); // need: none
int mq_notify(int mqdes, const struct sigevent *notification); // need: all; traits: threads
int mq_open(const char *name, int oflag, ...); // need: none
ssize_t mq_receive(int mqdes, char *msg_ptr, size_t msg_len, unsigned int *msg_prio); // need: none; traits: blocks
int mq_send(int mqdes, const char *msg_ptr, size_t msg_len, unsigned int msg_prio); // need: none; traits: blocks
int mq_setattr(int mqdes, const struct mq_attr *mqstat, struct mq_attr *omqstat); // need: none
ssize_t mq_timedreceive(int mqdes, char *msg_ptr, size_t msg_len, unsigned int *msg_prio, const struct timespec *abs_timeout); // need: none; traits: blocks
int mq_timedsend(int mqdes, const char *msg_ptr, size_t msg_len, unsigned int msg_prio, const struct timespec *abs_timeout); // need: none; traits: blocks
int mq_unlink(const char *name); // need: none
long mrand48(void); // need: random
int mrand48_r(struct drand48_data *buffer, long *result); // need: none
void *mremap(void *addr, size_t old_len, size_t new_len, int flags, ...); // need: none
int msgctl(int msqid, int cmd, struct msqid_ds *buf); // need: none
int msgget(key_t key, int msgflg); // need: none
ssize_t msgrcv(int msqid, void *msgp, size_t msgsz, long msgtyp, int msgflg); // need: none; traits: blocks
int msgsnd(int msqid, const void *msgp, size_t msgsz, int msgflg); // need: none; traits: blocks
int msync(void *addr, size_t len, int flags); // need: none; traits: blocks
void mtrace(void); // need: allocator, stdio, environ
void mtx_destroy(mtx_t *mutex); // need: threads
int mtx_init(mtx_t *mutex, int type); // need: threads
int mtx_lock(mtx_t *mutex); // need: threads; traits: blocks
int mtx_timedlock(mtx_t *mutex, const struct timespec *time_point); // need: threads; traits: blocks, timed
int mtx_trylock(mtx_t *mutex); // need: threads
int mtx_unlock(mtx_t *mutex); // need: threads
int munlock(const void *addr, size_t len); // need: none
int munlockall(void); // need: none
int munmap(void *addr, size_t len); // need: none
void muntrace(void); // need: allocator, stdio, environ
int name_to_handle_at(int dfd, const char *name, struct file_handle *handle, int *mnt_id, int flags); // need: none
int nanosleep(const struct timespec *requested_time, struct timespec *remaining); // need: none; traits: blocks, timed
locale_t newlocale(int category_mask, const char *locale, locale_t base); // need: locale, allocator, environ, iconv, loader, stdio
int nftw(const char *dir, int (*func)(const char *, const struct stat *, int, struct FTW *), int descriptors, int flag); // need: all
int nftw64(const char *dir, int (*func)(const char *, const struct stat64 *, int, struct FTW *), int descriptors, int flag); // need: all
char *ngettext(const char *msgid1, const char *msgid2, unsigned long n); // need: locale, allocator, environ, iconv, loader, stdio
int nice(int inc); // need: none
char *nl_langinfo(nl_item item); // need: locale
char *nl_langinfo_l(nl_item item, locale_t l); // need: locale
long nrand48(unsigned short xsubi[3]); // need: random
int nrand48_r(unsigned short xsubi[3], struct drand48_data *buffer, long *result); // need: none
int ns_name_compress(const char *, unsigned char *, size_t, const unsigned char **, const unsigned char **); // need: locale
int ns_name_ntop(const unsigned char *, char *, size_t); // need: locale
int ns_name_pack(const unsigned char *, unsigned char *, int, const unsigned char **, const unsigned char **); // need: locale
int ns_name_pton(const char *, unsigned char *, size_t); // need: locale
int ns_name_skip(const unsigned char **, const unsigned char *); // need: locale
int ns_name_uncompress(const unsigned char *, const unsigned char *, const unsigned char *, char *, size_t); // need: locale
int ns_name_unpack(const unsigned char *, const unsigned char *, const unsigned char *, unsigned char *, size_t); // need: locale
uint32_t ntohl(uint32_t netlong); // need: none; traits: signal-safe
uint16_t ntohs(uint16_t netshort); // need: none; traits: signal-safe
int ntp_adjtime(struct timex *tntx); // need: none
int ntp_gettimex(struct ntptimeval *ntv); // need: none
void obstack_free(struct obstack *, void *); // need: all
int obstack_printf(struct obstack *obstack, const char *format, ...); // need: all
int on_exit(void (*func)(int, void *), void *arg); // need: exit, allocator
int open(const char *file, int oflag, ...); // need: none; traits: signal-safe, blocks
int open64(const char *file, int oflag, ...); // need: none; traits: blocks
int open_by_handle_at(int mountdirfd, struct file_handle *handle, int flags); // need: none
FILE *open_memstream(char **bufloc, size_t *sizeloc); // need: allocator, stdio
int open_tree(int dfd, const char *filename, unsigned int flags); // need: none
FILE *open_wmemstream(wchar_t **bufloc, size_t *sizeloc); // need: allocator, stdio, locale, iconv, loader, environ
int openat(int fd, const char *file, int oflag, ...); // need: none; traits: signal-safe, blocks
int openat64(int fd, const char *file, int oflag, ...); // need: none; traits: blocks
DIR *opendir(const char *name); // need: allocator, other
void openlog(const char *ident, int option, int facility); // need: syslog, time, environ, allocator, stdio, locale, iconv, loader; traits: blocks
int openpty(int *amaster, int *aslave, char *name, const struct termios *termp, const struct winsize *winp); // need: allocator
size_t parse_printf_format(const char *fmt, size_t n, int *argtypes); // need: locale, allocator
long pathconf(const char *path, int name); // need: allocator, stdio
int pause(void); // need: none; traits: signal-safe, blocks
int pclose(FILE *stream); // need: all; traits: blocks, threads
void perror(const char *s); // need: locale, allocator, environ, iconv, loader, stdio
int personality(unsigned long persona); // need: none
int pidfd_getfd(int pidfd, int targetfd, unsigned int flags); // need: none
int pidfd_open(pid_t pid, unsigned int flags); // need: none
int pidfd_send_signal(int pidfd, int sig, siginfo_t *info, unsigned int flags); // need: none
int pipe(int pipedes[2]); // need: none; traits: signal-safe
int pipe2(int pipedes[2], int flags); // need: none
int pkey_alloc(unsigned int flags, unsigned int access_rights); // need: none
int pkey_free(int key); // need: none
int pkey_get(int key); // need: none
int pkey_mprotect(void *addr, size_t len, int prot, int pkey); // need: none
int pkey_set(int key, unsigned int access_rights); // need: none
int poll(struct pollfd *fds, nfds_t nfds, int timeout); // need: none; traits: signal-safe, blocks, timed
FILE *popen(const char *command, const char *modes); // need: all; traits: threads
int posix_fadvise(int fd, off_t offset, off_t len, int advise); // need: none
int posix_fadvise64(int fd, off64_t offset, off64_t len, int advise); // need: none
int posix_fallocate(int fd, off_t offset, off_t len); // need: none
int posix_fallocate64(int fd, off64_t offset, off64_t len); // need: none
int posix_madvise(void *addr, size_t len, int advice); // need: none
int posix_memalign(void **memptr, size_t alignment, size_t size); // need: allocator
int posix_openpt(int oflag); // need: none
int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attrp, char *const argv[], char *const envp[]); // need: all; traits: threads
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path); // need: allocator
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *file_actions, int fd); // need: allocator
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int from); // need: allocator
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *file_actions, int fd, int newfd); // need: allocator
int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t *, int fd); // need: allocator
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *file_actions, int fd, const char *path, int oflag, mode_t mode); // need: allocator
int posix_spawn_file_actions_addtcsetpgrp_np(posix_spawn_file_actions_t *, int tcfd); // need: allocator
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *file_actions); // need: allocator
int posix_spawn_file_actions_init(posix_spawn_file_actions_t *file_actions); // need: none
int posix_spawnattr_destroy(posix_spawnattr_t *attr); // need: none
int posix_spawnattr_getflags(const posix_spawnattr_t *attr, short *flags); // need: none
int posix_spawnattr_getpgroup(const posix_spawnattr_t *attr, pid_t *pgroup); // need: none
int posix_spawnattr_getschedparam(const posix_spawnattr_t *attr, struct sched_param *schedparam); // need: none
int posix_spawnattr_getschedpolicy(const posix_spawnattr_t *attr, int *schedpolicy); // need: none
int posix_spawnattr_getsigdefault(const posix_spawnattr_t *attr, sigset_t *sigdefault); // need: none
int posix_spawnattr_getsigmask(const posix_spawnattr_t *attr, sigset_t *sigmask); // need: none
int posix_spawnattr_init(posix_spawnattr_t *attr); // need: none
int posix_spawnattr_setflags(posix_spawnattr_t *attr, short flags); // need: none
int posix_spawnattr_setpgroup(posix_spawnattr_t *attr, pid_t pgroup); // need: none
int posix_spawnattr_setschedparam(posix_spawnattr_t *attr, const struct sched_param *schedparam); // need: none
int posix_spawnattr_setschedpolicy(posix_spawnattr_t *attr, int schedpolicy); // need: none
int posix_spawnattr_setsigdefault(posix_spawnattr_t *attr, const sigset_t *sigdefault); // need: none
int posix_spawnattr_setsigmask(posix_spawnattr_t *attr, const sigset_t *sigmask); // need: none
int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attrp, char *const argv[], char *const envp[]); // need: all; traits: threads
int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *ss); // need: none; traits: blocks
int prctl(int option, ...); // need: none
ssize_t pread(int fd, void *buf, size_t nbytes, off_t offset); // need: none; traits: blocks
ssize_t pread64(int fd, void *buf, size_t nbytes, off64_t offset); // need: none; traits: blocks
ssize_t preadv(int fd, const struct iovec *iovec, int count, off_t offset); // need: none; traits: blocks
ssize_t preadv2(int fp, const struct iovec *iovec, int count, off_t offset, int flags); // need: none; traits: blocks
ssize_t preadv64(int fd, const struct iovec *iovec, int count, off64_t offset); // need: none; traits: blocks
ssize_t preadv64v2(int fp, const struct iovec *iovec, int count, off64_t offset, int flags); // need: none; traits: blocks
int printf(const char *format, ...); // need: allocator, stdio, locale; traits: blocks
int printf_size(FILE *fp, const struct printf_info *info, const void *const *args); // need: allocator, stdio, locale; traits: blocks
int printf_size_info(const struct printf_info *info, size_t n, int *argtypes); // need: none
int prlimit(pid_t pid, enum __rlimit_resource resource, const struct rlimit *new_limit, struct rlimit *old_limit); // need: none
int prlimit64(pid_t pid, enum __rlimit_resource resource, const struct rlimit64 *new_limit, struct rlimit64 *old_limit); // need: none
ssize_t process_madvise(int pid_fd, const struct iovec *iov, size_t count, int advice, unsigned flags); // need: none
int process_mrelease(int pidfd, unsigned int flags); // need: none
ssize_t process_vm_readv(pid_t pid, const struct iovec *lvec, unsigned long liovcnt, const struct iovec *rvec, unsigned long riovcnt, unsigned long flags); // need: none
ssize_t process_vm_writev(pid_t pid, const struct iovec *lvec, unsigned long liovcnt, const struct iovec *rvec, unsigned long riovcnt, unsigned long flags); // need: none
int profil(unsigned short *sample_buffer, size_t size, size_t offset, unsigned int scale); // need: other
int pselect(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, const struct timespec *timeout, const sigset_t *sigmask); // need: none; traits: signal-safe, blocks
void psiginfo(const siginfo_t *pinfo, const char *s); // need: locale, allocator, environ, iconv, loader, stdio
void psignal(int sig, const char *s); // need: locale, allocator, environ, iconv, loader, stdio
int pthread_attr_destroy(pthread_attr_t *attr); // need: allocator, threads
int pthread_attr_getaffinity_np(const pthread_attr_t *attr, size_t cpusetsize, cpu_set_t *cpuset); // need: none
int pthread_attr_getdetachstate(const pthread_attr_t *attr, int *detachstate); // need: none
int pthread_attr_getguardsize(const pthread_attr_t *attr, size_t *guardsize); // need: none
int pthread_attr_getinheritsched(const pthread_attr_t *attr, int *inherit); // need: none
int pthread_attr_getschedparam(const pthread_attr_t *attr, struct sched_param *param); // need: none
int pthread_attr_getschedpolicy(const pthread_attr_t *attr, int *policy); // need: none
int pthread_attr_getscope(const pthread_attr_t *attr, int *scope); // need: none
int pthread_attr_getsigmask_np(const pthread_attr_t *attr, sigset_t *sigmask); // need: none
int pthread_attr_getstack(const pthread_attr_t *attr, void **stackaddr, size_t *stacksize); // need: none
int pthread_attr_getstackaddr(const pthread_attr_t *attr, void **stackaddr); // need: none
int pthread_attr_getstacksize(const pthread_attr_t *attr, size_t *stacksize); // need: threads
int pthread_attr_init(pthread_attr_t *attr); // need: allocator, threads
int pthread_attr_setaffinity_np(pthread_attr_t *attr, size_t cpusetsize, const cpu_set_t *cpuset); // need: allocator
int pthread_attr_setdetachstate(pthread_attr_t *attr, int detachstate); // need: none
int pthread_attr_setguardsize(pthread_attr_t *attr, size_t guardsize); // need: none
int pthread_attr_setinheritsched(pthread_attr_t *attr, int inherit); // need: none
int pthread_attr_setschedparam(pthread_attr_t *attr, const struct sched_param *param); // need: none
int pthread_attr_setschedpolicy(pthread_attr_t *attr, int policy); // need: none
int pthread_attr_setscope(pthread_attr_t *attr, int scope); // need: none
int pthread_attr_setsigmask_np(pthread_attr_t *attr, const sigset_t *sigmask); // need: allocator
int pthread_attr_setstack(pthread_attr_t *attr, void *stackaddr, size_t stacksize); // need: none
int pthread_attr_setstackaddr(pthread_attr_t *attr, void *stackaddr); // need: none
int pthread_attr_setstacksize(pthread_attr_t *attr, size_t stacksize); // need: none
int pthread_barrier_destroy(pthread_barrier_t *barrier); // need: threads; traits: blocks
int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attr, unsigned int count); // need: threads
int pthread_barrier_wait(pthread_barrier_t *barrier); // need: threads; traits: blocks
int pthread_barrierattr_destroy(pthread_barrierattr_t *attr); // need: none
int pthread_barrierattr_getpshared(const pthread_barrierattr_t *attr, int *pshared); // need: none
int pthread_barrierattr_init(pthread_barrierattr_t *attr); // need: none
int pthread_barrierattr_setpshared(pthread_barrierattr_t *attr, int pshared); // need: none
int pthread_cancel(pthread_t th); // need: all
int pthread_clockjoin_np(pthread_t th, void **thread_return, clockid_t clockid, const struct timespec *abstime); // need: all; traits: blocks, timed
int pthread_cond_broadcast(pthread_cond_t *cond); // need: threads
int pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock_id, const struct timespec *abstime); // need: threads; traits: blocks, timed
int pthread_cond_destroy(pthread_cond_t *cond); // need: threads
int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *cond_attr); // need: threads
int pthread_cond_signal(pthread_cond_t *cond); // need: threads
int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *abstime); // need: threads; traits: blocks, timed
int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex); // need: threads; traits: blocks
int pthread_condattr_destroy(pthread_condattr_t *attr); // need: none
int pthread_condattr_getclock(const pthread_condattr_t *attr, clockid_t *clock_id); // need: none
int pthread_condattr_getpshared(const pthread_condattr_t *attr, int *pshared); // need: none
int pthread_condattr_init(pthread_condattr_t *attr); // need: none
int pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t clock_id); // need: none
int pthread_condattr_setpshared(pthread_condattr_t *attr, int pshared); // need: none
int pthread_create(pthread_t *newthread, const pthread_attr_t *attr, void *(*start_routine)(void *), void *arg); // need: all; traits: threads
int pthread_detach(pthread_t th); // need: all
int pthread_equal(pthread_t thread1, pthread_t thread2); // need: none
void pthread_exit(void *retval); // need: all; traits: blocks, noreturn
int pthread_getaffinity_np(pthread_t th, size_t cpusetsize, cpu_set_t *cpuset); // need: threads
int pthread_getattr_default_np(pthread_attr_t *attr); // need: threads, allocator
int pthread_getattr_np(pthread_t th, pthread_attr_t *attr); // need: allocator, stdio, locale, threads
int pthread_getconcurrency(void); // need: threads
int pthread_getcpuclockid(pthread_t thread_id, clockid_t *clock_id); // need: none
int pthread_getname_np(pthread_t target_thread, char *buf, size_t buflen); // need: threads, locale, allocator
int pthread_getschedparam(pthread_t target_thread, int *policy, struct sched_param *param); // need: threads
void *pthread_getspecific(pthread_key_t key); // need: none
int pthread_join(pthread_t th, void **thread_return); // need: all; traits: blocks
int pthread_key_create(pthread_key_t *key, void (*destr_function)(void *)); // need: threads
int pthread_key_delete(pthread_key_t key); // need: threads
int pthread_kill(pthread_t threadid, int signo); // need: none; traits: signal-safe
int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clockid, const struct timespec *abstime); // need: threads; traits: blocks, timed
int pthread_mutex_consistent(pthread_mutex_t *mutex); // need: threads
int pthread_mutex_destroy(pthread_mutex_t *mutex); // need: threads
int pthread_mutex_getprioceiling(const pthread_mutex_t *mutex, int *prioceiling); // need: none
int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *mutexattr); // need: threads
int pthread_mutex_lock(pthread_mutex_t *mutex); // need: threads; traits: blocks
int pthread_mutex_setprioceiling(pthread_mutex_t *mutex, int prioceiling, int *old_ceiling); // need: threads; traits: blocks
int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *abstime); // need: threads; traits: blocks, timed
int pthread_mutex_trylock(pthread_mutex_t *mutex); // need: threads
int pthread_mutex_unlock(pthread_mutex_t *mutex); // need: threads
int pthread_mutexattr_destroy(pthread_mutexattr_t *attr); // need: none
int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t *attr, int *prioceiling); // need: none
int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *attr, int *protocol); // need: none
int pthread_mutexattr_getpshared(const pthread_mutexattr_t *attr, int *pshared); // need: none
int pthread_mutexattr_getrobust(const pthread_mutexattr_t *attr, int *robustness); // need: none
int pthread_mutexattr_gettype(const pthread_mutexattr_t *attr, int *kind); // need: none
int pthread_mutexattr_init(pthread_mutexattr_t *attr); // need: none
int pthread_mutexattr_setprioceiling(pthread_mutexattr_t *attr, int prioceiling); // need: none
int pthread_mutexattr_setprotocol(pthread_mutexattr_t *attr, int protocol); // need: none
int pthread_mutexattr_setpshared(pthread_mutexattr_t *attr, int pshared); // need: none
int pthread_mutexattr_setrobust(pthread_mutexattr_t *attr, int robustness); // need: none
int pthread_mutexattr_settype(pthread_mutexattr_t *attr, int kind); // need: none
int pthread_once(pthread_once_t *once_control, void (*init_routine)(void)); // need: all
int pthread_rwlock_clockrdlock(pthread_rwlock_t *rwlock, clockid_t clockid, const struct timespec *abstime); // need: threads; traits: blocks, timed
int pthread_rwlock_clockwrlock(pthread_rwlock_t *rwlock, clockid_t clockid, const struct timespec *abstime); // need: threads; traits: blocks, timed
int pthread_rwlock_destroy(pthread_rwlock_t *rwlock); // need: threads
int pthread_rwlock_init(pthread_rwlock_t *rwlock, const pthread_rwlockattr_t *attr); // need: threads
int pthread_rwlock_rdlock(pthread_rwlock_t *rwlock); // need: threads; traits: blocks
int pthread_rwlock_timedrdlock(pthread_rwlock_t *rwlock, const struct timespec *abstime); // need: threads; traits: blocks, timed
int pthread_rwlock_timedwrlock(pthread_rwlock_t *rwlock, const struct timespec *abstime); // need: threads; traits: blocks, timed
int pthread_rwlock_tryrdlock(pthread_rwlock_t *rwlock); // need: threads
int pthread_rwlock_trywrlock(pthread_rwlock_t *rwlock); // need: threads
int pthread_rwlock_unlock(pthread_rwlock_t *rwlock); // need: threads
int pthread_rwlock_wrlock(pthread_rwlock_t *rwlock); // need: threads; traits: blocks
int pthread_rwlockattr_destroy(pthread_rwlockattr_t *attr); // need: none
int pthread_rwlockattr_getkind_np(const pthread_rwlockattr_t *attr, int *pref); // need: none
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *attr, int *pshared); // need: none
int pthread_rwlockattr_init(pthread_rwlockattr_t *attr); // need: none
int pthread_rwlockattr_setkind_np(pthread_rwlockattr_t *attr, int pref); // need: none
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *attr, int pshared); // need: none
pthread_t pthread_self(void); // need: none; traits: signal-safe
int pthread_setaffinity_np(pthread_t th, size_t cpusetsize, const cpu_set_t *cpuset); // need: threads
int pthread_setattr_default_np(const pthread_attr_t *attr); // need: threads, allocator
int pthread_setcancelstate(int state, int *oldstate); // need: all
int pthread_setcanceltype(int type, int *oldtype); // need: all
int pthread_setconcurrency(int level); // need: threads
int pthread_setname_np(pthread_t target_thread, const char *name); // need: threads, locale, allocator
int pthread_setschedparam(pthread_t target_thread, int policy, const struct sched_param *param); // need: threads
int pthread_setschedprio(pthread_t target_thread, int prio); // need: threads
int pthread_setspecific(pthread_key_t key, const void *pointer); // need: allocator, threads
int pthread_sigmask(int how, const sigset_t *newmask, sigset_t *oldmask); // need: none; traits: signal-safe
int pthread_spin_destroy(pthread_spinlock_t *lock); // need: none
int pthread_spin_init(pthread_spinlock_t *lock, int pshared); // need: none
int pthread_spin_lock(pthread_spinlock_t *lock); // need: threads; traits: blocks
int pthread_spin_trylock(pthread_spinlock_t *lock); // need: threads
int pthread_spin_unlock(pthread_spinlock_t *lock); // need: threads
void pthread_testcancel(void); // need: all
int pthread_timedjoin_np(pthread_t th, void **thread_return, const struct timespec *abstime); // need: all; traits: blocks, timed
int pthread_tryjoin_np(pthread_t th, void **thread_return); // need: all; traits: blocks
long ptrace(enum __ptrace_request request, ...); // need: none
char *ptsname(int fd); // need: allocator, other
int ptsname_r(int fd, char *buf, size_t buflen); // need: none
int putc(int c, FILE *stream); // need: allocator, stdio; traits: blocks
int putc_unlocked(int c, FILE *stream); // need: allocator, stdio; traits: blocks
int putchar(int c); // need: allocator, stdio; traits: blocks
int putchar_unlocked(int c); // need: allocator, stdio; traits: blocks
int putenv(char *string); // need: allocator, environ
int putgrent(const struct group *p, FILE *f); // need: allocator, stdio, locale; traits: blocks
int putpwent(const struct passwd *p, FILE *f); // need: allocator, stdio, locale; traits: blocks
int puts(const char *s); // need: allocator, stdio; traits: blocks
int putsgent(const struct sgrp *g, FILE *stream); // need: allocator, stdio, locale; traits: blocks
int putspent(const struct spwd *p, FILE *stream); // need: allocator, stdio, locale; traits: blocks
struct utmp *pututline(const struct utmp *utmp_ptr); // need: all; traits: blocks
struct utmpx *pututxline(const struct utmpx *utmpx); // need: all; traits: blocks
int putw(int w, FILE *stream); // need: allocator, stdio; traits: blocks
wint_t putwc(wchar_t wc, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
wint_t putwc_unlocked(wchar_t wc, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
wint_t putwchar(wchar_t wc); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
wint_t putwchar_unlocked(wchar_t wc); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
void *pvalloc(size_t size); // need: allocator
ssize_t pwrite(int fd, const void *buf, size_t n, off_t offset); // need: none; traits: blocks
ssize_t pwrite64(int fd, const void *buf, size_t n, off64_t offset); // need: none; traits: blocks
ssize_t pwritev(int fd, const struct iovec *iovec, int count, off_t offset); // need: none; traits: blocks
ssize_t pwritev2(int fd, const struct iovec *iodev, int count, off_t offset, int flags); // need: none; traits: blocks
ssize_t pwritev64(int fd, const struct iovec *iovec, int count, off64_t offset); // need: none; traits: blocks
ssize_t pwritev64v2(int fd, const struct iovec *iodev, int count, off64_t offset, int flags); // need: none; traits: blocks
char *qecvt(long double value, int ndigit, int *decpt, int *sign); // need: locale, allocator, other
int qecvt_r(long double value, int ndigit, int *decpt, int *sign, char *buf, size_t len); // need: locale, allocator
char *qfcvt(long double value, int ndigit, int *decpt, int *sign); // need: locale, allocator, other
int qfcvt_r(long double value, int ndigit, int *decpt, int *sign, char *buf, size_t len); // need: locale, allocator
char *qgcvt(long double value, int ndigit, char *buf); // need: locale, allocator
void qsort(void *base, size_t nmemb, size_t size, int (*compar)(const void *, const void *)); // need: all
void qsort_r(void *base, size_t nmemb, size_t size, int (*compar)(const void *, const void *, void *), void *arg); // need: all
void quick_exit(int status); // need: all; traits: blocks, noreturn
int quotactl(int cmd, const char *special, int id, caddr_t addr); // need: none
int raise(int sig); // need: none; traits: signal-safe
int rand(void); // need: random
int rand_r(unsigned int *seed); // need: none
long random(void); // need: random
int random_r(struct random_data *buf, int32_t *result); // need: none
void *rawmemchr(const void *s, int c); // need: none
int rcmd(char **ahost, unsigned short rport, const char *locuser, const char *remuser, const char *cmd, int *fd2p); // need: all; traits: blocks, threads, timed
int rcmd_af(char **ahost, unsigned short rport, const char *locuser, const char *remuser, const char *cmd, int *fd2p, sa_family_t af); // need: all; traits: blocks, threads, timed
int re_compile_fastmap(struct re_pattern_buffer *buffer); // need: locale, allocator, other
const char *re_compile_pattern(const char *pattern, size_t length, struct re_pattern_buffer *buffer); // need: locale, allocator, environ, iconv, loader, stdio, other
int re_match(struct re_pattern_buffer *buffer, const char *String, int length, int start, struct re_registers *regs); // need: locale, allocator, other
int re_match_2(struct re_pattern_buffer *buffer, const char *string1, int length1, const char *string2, int length2, int start, struct re_registers *regs, int stop); // need: locale, allocator, other
int re_search(struct re_pattern_buffer *buffer, const char *String, int length, int start, int range, struct re_registers *regs); // need: locale, allocator, other
int re_search_2(struct re_pattern_buffer *buffer, const char *string1, int length1, const char *string2, int length2, int start, int range, struct re_registers *regs, int stop); // need: locale, allocator, other
void re_set_registers(struct re_pattern_buffer *buffer, struct re_registers *regs, unsigned int num_regs, regoff_t *starts, regoff_t *ends); // need: other
unsigned long re_set_syntax(unsigned long syntax); // need: other
ssize_t read(int fd, void *buf, size_t nbytes); // need: none; traits: signal-safe, blocks
ssize_t readahead(int fd, off64_t offset, size_t count); // need: none
struct dirent *readdir(DIR *dirp); // need: allocator, other
struct dirent64 *readdir64(DIR *dirp); // need: allocator, other
int readdir64_r(DIR *dirp, struct dirent64 *entry, struct dirent64 **result); // need: allocator, other
int readdir_r(DIR *dirp, struct dirent *entry, struct dirent **result); // need: allocator, other
ssize_t readlink(const char *path, char *buf, size_t len); // need: none; traits: signal-safe
ssize_t readlinkat(int fd, const char *path, char *buf, size_t len); // need: none; traits: signal-safe
ssize_t readv(int fd, const struct iovec *iovec, int count); // need: none; traits: blocks
void *realloc(void *ptr, size_t size); // need: allocator
void *reallocarray(void *ptr, size_t nmemb, size_t size); // need: allocator
char *realpath(const char *name, char *resolved); // need: allocator
int reboot(int howto); // need: none
ssize_t recv(int fd, void *buf, size_t n, int flags); // need: none; traits: signal-safe, blocks
ssize_t recvfrom(int fd, void *buf, size_t n, int flags, struct sockaddr *addr, socklen_t *addr_len); // need: none; traits: signal-safe, blocks
int recvmmsg(int fd, struct mmsghdr *vmessages, unsigned int vlen, int flags, struct timespec *tmo); // need: none; traits: blocks
ssize_t recvmsg(int fd, struct msghdr *message, int flags); // need: none; traits: signal-safe, blocks
int regcomp(regex_t *preg, const char *pattern, int cflags); // need: locale, allocator, other
size_t regerror(int errcode, const regex_t *preg, char *errbuf, size_t errbuf_size); // need: locale, allocator, environ, iconv, loader, stdio, other
int regexec(const regex_t *preg, const char *String, size_t nmatch, regmatch_t pmatch[__nmatch], int eflags); // need: locale, allocator, other
void regfree(regex_t *preg); // need: locale, allocator, other
int register_printf_modifier(const wchar_t *str); // need: all
int remap_file_pages(void *start, size_t size, int prot, size_t pgoff, int flags); // need: none
int remove(const char *filename); // need: none
int removexattr(const char *path, const char *name); // need: none
void remque(void *elem); // need: other
int rename(const char *old, const char *new); // need: none; traits: signal-safe
int renameat(int oldfd, const char *old, int newfd, const char *new); // need: none; traits: signal-safe
int renameat2(int oldfd, const char *old, int newfd, const char *new, unsigned int flags); // need: none
int res_dnok(const char *); // need: locale
int res_hnok(const char *); // need: locale
int res_mailok(const char *); // need: locale
int res_mkquery(int, const char *, int, int, const unsigned char *, int, const unsigned char *, unsigned char *, int); // need: all; traits: blocks, timed
int res_nmkquery(struct __res_state *, int, const char *, int, int, const unsigned char *, int, const unsigned char *, unsigned char *, int); // need: all; traits: blocks, timed
int res_nquery(struct __res_state *, const char *, int, int, unsigned char *, int); // need: all; traits: blocks, timed
int res_nquerydomain(struct __res_state *, const char *, const char *, int, int, unsigned char *, int); // need: all; traits: blocks, timed
int res_nsearch(struct __res_state *, const char *, int, int, unsigned char *, int); // need: all; traits: blocks, timed
int res_nsend(struct __res_state *, const unsigned char *, int, unsigned char *, int); // need: all; traits: blocks, timed
int res_ownok(const char *); // need: locale
int res_query(const char *, int, int, unsigned char *, int); // need: all; traits: blocks, timed
int res_querydomain(const char *, const char *, int, int, unsigned char *, int); // need: all; traits: blocks, timed
int res_search(const char *, int, int, unsigned char *, int); // need: all; traits: blocks, timed
int res_send(const unsigned char *, int, unsigned char *, int); // need: all; traits: blocks, timed
int revoke(const char *file); // need: none
void rewind(FILE *stream); // need: allocator, stdio
void rewinddir(DIR *dirp); // need: allocator, other
int rexec(char **ahost, int rport, const char *name, const char *pass, const char *cmd, int *fd2p); // need: all; traits: blocks, threads, timed
int rexec_af(char **ahost, int rport, const char *name, const char *pass, const char *cmd, int *fd2p, sa_family_t af); // need: all; traits: blocks, threads, timed
char *rindex(const char *s, int c); // need: none
int rmdir(const char *path); // need: none; traits: signal-safe
int rpmatch(const char *response); // need: locale, allocator, other
int rresvport(int *alport); // need: none
int rresvport_af(int *alport, sa_family_t af); // need: none
int ruserok(const char *rhost, int suser, const char *remuser, const char *locuser); // need: all; traits: blocks, threads, timed
int ruserok_af(const char *rhost, int suser, const char *remuser, const char *locuser, sa_family_t af); // need: all; traits: blocks, threads, timed
void *sbrk(intptr_t delta); // need: allocator
int scandir(const char *dir, struct dirent ***namelist, int (*selector)(const struct dirent *), int (*cmp)(const struct dirent **, const struct dirent **)); // need: all
int scandir64(const char *dir, struct dirent64 ***namelist, int (*selector)(const struct dirent64 *), int (*cmp)(const struct dirent64 **, const struct dirent64 **)); // need: all
int scandirat(int dfd, const char *dir, struct dirent ***namelist, int (*selector)(const struct dirent *), int (*cmp)(const struct dirent **, const struct dirent **)); // need: all
int scandirat64(int dfd, const char *dir, struct dirent64 ***namelist, int (*selector)(const struct dirent64 *), int (*cmp)(const struct dirent64 **, const struct dirent64 **)); // need: all
int scanf(const char *format, ...); // need: allocator, stdio, locale; traits: blocks
int sched_get_priority_max(int algorithm); // need: none
int sched_get_priority_min(int algorithm); // need: none
int sched_getaffinity(pid_t pid, size_t cpusetsize, cpu_set_t *cpuset); // need: none
int sched_getcpu(void); // need: none
int sched_getparam(pid_t pid, struct sched_param *param); // need: none
int sched_getscheduler(pid_t pid); // need: none
int sched_rr_get_interval(pid_t pid, struct timespec *t); // need: none
int sched_setaffinity(pid_t pid, size_t cpusetsize, const cpu_set_t *cpuset); // need: none
int sched_setparam(pid_t pid, const struct sched_param *param); // need: none
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param); // need: none
int sched_yield(void); // need: none
char *secure_getenv(const char *name); // need: environ
unsigned short *seed48(unsigned short seed16v[3]); // need: random
int seed48_r(unsigned short seed16v[3], struct drand48_data *buffer); // need: none
void seekdir(DIR *dirp, long pos); // need: allocator, other
int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct timeval *timeout); // need: none; traits: signal-safe, blocks
int sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *abstime); // need: threads; traits: blocks, timed
int sem_close(sem_t *sem); // need: allocator, other, threads
int sem_destroy(sem_t *sem); // need: threads
int sem_getvalue(sem_t *sem, int *sval); // need: none
int sem_init(sem_t *sem, int pshared, unsigned int value); // need: threads
sem_t *sem_open(const char *name, int oflag, ...); // need: locale, allocator, other, threads
int sem_post(sem_t *sem); // need: none; traits: signal-safe
int sem_timedwait(sem_t *sem, const struct timespec *abstime); // need: threads; traits: blocks, timed
int sem_trywait(sem_t *sem); // need: threads
int sem_unlink(const char *name); // need: threads, locale, allocator
int sem_wait(sem_t *sem); // need: threads; traits: blocks
int semctl(int semid, int semnum, int cmd, ...); // need: none
int semget(key_t key, int nsems, int semflg); // need: none
int semop(int semid, struct sembuf *sops, size_t nsops); // need: none; traits: blocks
int semtimedop(int semid, struct sembuf *sops, size_t nsops, const struct timespec *timeout); // need: none; traits: blocks
ssize_t send(int fd, const void *buf, size_t n, int flags); // need: none; traits: signal-safe, blocks
ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count); // need: none; traits: blocks
ssize_t sendfile64(int out_fd, int in_fd, off64_t *offset, size_t count); // need: none; traits: blocks
int sendmmsg(int fd, struct mmsghdr *vmessages, unsigned int vlen, int flags); // need: none; traits: blocks
ssize_t sendmsg(int fd, const struct msghdr *message, int flags); // need: none; traits: signal-safe, blocks
ssize_t sendto(int fd, const void *buf, size_t n, int flags, const struct sockaddr *addr, socklen_t addr_len); // need: none; traits: signal-safe, blocks
void setaliasent(void); // need: all; traits: blocks, timed
void setbuf(FILE *stream, char *buf); // need: allocator, stdio
void setbuffer(FILE *stream, char *buf, size_t size); // need: allocator, stdio
int setdomainname(const char *name, size_t len); // need: none
int setegid(gid_t gid); // need: threads
int setenv(const char *name, const char *value, int replace); // need: allocator, environ
int seteuid(uid_t uid); // need: threads
int setfsent(void); // need: allocator, stdio, locale, other; traits: blocks
int setfsgid(gid_t gid); // need: none
int setfsuid(uid_t uid); // need: none
int setgid(gid_t gid); // need: threads; traits: signal-safe
void setgrent(void); // need: all; traits: blocks, timed
int setgroups(size_t n, const gid_t *groups); // need: threads
void sethostent(int stay_open); // need: all; traits: blocks, timed
int sethostid(long id); // need: none
int sethostname(const char *name, size_t len); // need: none
int setitimer(int which, const struct itimerval *new, struct itimerval *old); // need: none
void setlinebuf(FILE *stream); // need: allocator, stdio
char *setlocale(int category, const char *locale); // need: all
int setlogin(const char *name); // need: none
int setlogmask(int mask); // need: syslog
FILE *setmntent(const char *file, const char *mode); // need: allocator, stdio
void setnetent(int stay_open); // need: all; traits: blocks, timed
int setnetgrent(const char *netgroup); // need: all; traits: blocks, timed
int setns(int fd, int nstype); // need: none
int setpgid(pid_t pid, pid_t pgid); // need: none; traits: signal-safe
int setpgrp(void); // need: none
int setpriority(int which, id_t who, int prio); // need: none
void setprotoent(int stay_open); // need: all; traits: blocks, timed
void setpwent(void); // need: all; traits: blocks, timed
int setregid(gid_t rgid, gid_t egid); // need: threads
int setresgid(gid_t rgid, gid_t egid, gid_t sgid); // need: threads
int setresuid(uid_t ruid, uid_t euid, uid_t suid); // need: threads
int setreuid(uid_t ruid, uid_t euid); // need: threads
int setrlimit(int resource, const struct rlimit *rlimits); // need: none
int setrlimit64(int resource, const struct rlimit64 *rlimits); // need: none
void setrpcent(int stayopen); // need: all; traits: blocks, timed
void setservent(int stay_open); // need: all; traits: blocks, timed
void setsgent(void); // need: all; traits: blocks, timed
pid_t setsid(void); // need: none; traits: signal-safe
int setsockopt(int fd, int level, int optname, const void *optval, socklen_t optlen); // need: none; traits: signal-safe
int setsourcefilter(int s, uint32_t interface_addr, const struct sockaddr *group, socklen_t grouplen, uint32_t fmode, uint32_t numsrc, const struct sockaddr_storage *slist); // need: allocator
void setspent(void); // need: all; traits: blocks, timed
char *setstate(char *statebuf); // need: random
int setstate_r(char *statebuf, struct random_data *buf); // need: none
int settimeofday(const struct timeval *tv, const struct timezone *tz); // need: time
int setttyent(void); // need: allocator, stdio, locale, other; traits: blocks
int setuid(uid_t uid); // need: threads; traits: signal-safe
void setusershell(void); // need: all; traits: blocks
void setutent(void); // need: all; traits: blocks
void setutxent(void); // need: all; traits: blocks
int setvbuf(FILE *stream, char *buf, int modes, size_t n); // need: allocator, stdio
int setxattr(const char *path, const char *name, const void *value, size_t size, int flags); // need: none
struct sgrp *sgetsgent(const char *string); // need: locale, allocator, other
int sgetsgent_r(const char *string, struct sgrp *result_buf, char *buffer, size_t buflen, struct sgrp **result); // need: locale, allocator, other
struct spwd *sgetspent(const char *string); // need: locale, allocator, other
int sgetspent_r(const char *string, struct spwd *result_buf, char *buffer, size_t buflen, struct spwd **result); // need: locale, allocator, other
int shm_open(const char *name, int oflag, mode_t mode); // need: locale, allocator
int shm_unlink(const char *name); // need: locale, allocator
void *shmat(int shmid, const void *shmaddr, int shmflg); // need: none
int shmctl(int shmid, int cmd, struct shmid_ds *buf); // need: none
int shmdt(const void *shmaddr); // need: none
int shmget(key_t key, size_t size, int shmflg); // need: none
int shutdown(int fd, int how); // need: none; traits: signal-safe
const char *sigabbrev_np(int sig); // need: none
int sigaction(int sig, const struct sigaction *act, struct sigaction *oact); // need: none; traits: signal-safe
int sigaddset(sigset_t *set, int signo); // need: none; traits: signal-safe
int sigaltstack(const stack_t *ss, stack_t *oss); // need: signal
int sigandset(sigset_t *set, const sigset_t *left, const sigset_t *right); // need: none
int sigblock(int mask); // need: none
int sigdelset(sigset_t *set, int signo); // need: none; traits: signal-safe
const char *sigdescr_np(int sig); // need: none
int sigemptyset(sigset_t *set); // need: none; traits: signal-safe
int sigfillset(sigset_t *set); // need: none; traits: signal-safe
int siggetmask(void); // need: none
int sighold(int sig); // need: none
int sigignore(int sig); // need: none
int siginterrupt(int sig, int interrupt); // need: other
int sigisemptyset(const sigset_t *set); // need: none
int sigismember(const sigset_t *set, int signo); // need: none; traits: signal-safe
sighandler_t signal(int sig, sighandler_t handler); // need: none; traits: signal-safe
int signalfd(int fd, const sigset_t *mask, int flags); // need: none
int sigorset(sigset_t *set, const sigset_t *left, const sigset_t *right); // need: none
int sigpending(sigset_t *set); // need: none; traits: signal-safe
int sigprocmask(int how, const sigset_t *set, sigset_t *oset); // need: none; traits: signal-safe
int sigrelse(int sig); // need: none
sighandler_t sigset(int sig, sighandler_t disp); // need: none; traits: signal-safe
int sigsetmask(int mask); // need: none
int sigstack(struct sigstack *ss, struct sigstack *oss); // need: signal
int sigsuspend(const sigset_t *set); // need: none; traits: signal-safe, blocks
int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout); // need: none; traits: blocks
int sigwait(const sigset_t *set, int *sig); // need: none; traits: blocks
int sigwaitinfo(const sigset_t *set, siginfo_t *info); // need: none; traits: blocks
unsigned int sleep(unsigned int seconds); // need: none; traits: signal-safe, blocks, timed
int snprintf(char *s, size_t maxlen, const char *format, ...); // need: locale, allocator
int sockatmark(int fd); // need: none; traits: signal-safe
int socket(int domain, int type, int protocol); // need: none; traits: signal-safe
int socketpair(int domain, int type, int protocol, int fds[2]); // need: none; traits: signal-safe
ssize_t splice(int fdin, off64_t *offin, int fdout, off64_t *offout, size_t len, unsigned int flags); // need: none; traits: blocks
int sprintf(char *s, const char *format, ...); // need: locale, allocator
void srand(unsigned int seed); // need: random
void srand48(long seedval); // need: random
int srand48_r(long seedval, struct drand48_data *buffer); // need: none
void srandom(unsigned int seed); // need: random
int srandom_r(unsigned int seed, struct random_data *buf); // need: none
int sscanf(const char *s, const char *format, ...); // need: locale, allocator
sighandler_t ssignal(int sig, sighandler_t handler); // need: none
int stat(const char *file, struct stat *buf); // need: none; traits: signal-safe
int stat64(const char *file, struct stat64 *buf); // need: none
int statfs(const char *file, struct statfs *buf); // need: none
int statfs64(const char *file, struct statfs64 *buf); // need: none
int statvfs(const char *file, struct statvfs *buf); // need: none
int statvfs64(const char *file, struct statvfs64 *buf); // need: none
int statx(int dirfd, const char *path, int flags, unsigned int mask, struct statx *buf); // need: none
char *stpcpy(char *dest, const char *src); // need: none; traits: signal-safe
char *stpncpy(char *dest, const char *src, size_t n); // need: none; traits: signal-safe
int strcasecmp(const char *s1, const char *s2); // need: locale
int strcasecmp_l(const char *s1, const char *s2, locale_t loc); // need: locale
char *strcasestr(const char *haystack, const char *needle); // need: locale
char *strcat(char *dest, const char *src); // need: none; traits: signal-safe
char *strchr(const char *s, int c); // need: none; traits: signal-safe
char *strchrnul(const char *s, int c); // need: none
int strcmp(const char *s1, const char *s2); // need: none; traits: signal-safe
int strcoll(const char *s1, const char *s2); // need: locale, allocator
int strcoll_l(const char *s1, const char *s2, locale_t l); // need: locale, allocator
char *strcpy(char *dest, const char *src); // need: none; traits: signal-safe
size_t strcspn(const char *s, const char *reject); // need: none; traits: signal-safe
char *strdup(const char *s); // need: allocator
char *strerror(int errnum); // need: locale, allocator, environ, iconv, loader, stdio, other
char *strerror_l(int errnum, locale_t l); // need: locale, allocator, environ, iconv, loader, stdio
char *strerror_r(int errnum, char *buf, size_t buflen); // need: locale, allocator, environ, iconv, loader, stdio
const char *strerrordesc_np(int err); // need: none
const char *strerrorname_np(int err); // need: none
ssize_t strfmon(char *s, size_t maxsize, const char *format, ...); // need: locale, allocator
ssize_t strfmon_l(char *s, size_t maxsize, locale_t loc, const char *format, ...); // need: locale, allocator
int strfromd(char *dest, size_t size, const char *format, double f); // need: locale, allocator
int strfroml(char *dest, size_t size, const char *format, long double f); // need: locale, allocator
char *strfry(char *string); // need: random
size_t strftime(char *s, size_t maxsize, const char *format, const struct tm *tp); // need: time, environ, allocator, stdio, locale
size_t strftime_l(char *s, size_t maxsize, const char *format, const struct tm *tp, locale_t loc); // need: time, environ, allocator, stdio, locale
size_t strlen(const char *s); // need: none; traits: signal-safe
int strncasecmp(const char *s1, const char *s2, size_t n); // need: locale
int strncasecmp_l(const char *s1, const char *s2, size_t n, locale_t loc); // need: locale
char *strncat(char *dest, const char *src, size_t n); // need: none; traits: signal-safe
int strncmp(const char *s1, const char *s2, size_t n); // need: none; traits: signal-safe
char *strncpy(char *dest, const char *src, size_t n); // need: none; traits: signal-safe
char *strndup(const char *string, size_t n); // need: allocator
size_t strnlen(const char *string, size_t maxlen); // need: none; traits: signal-safe
char *strpbrk(const char *s, const char *accept); // need: none; traits: signal-safe
char *strptime(const char *s, const char *fmt, struct tm *tp); // need: time, environ, allocator, stdio, locale
char *strptime_l(const char *s, const char *fmt, struct tm *tp, locale_t loc); // need: time, environ, allocator, stdio, locale
char *strrchr(const char *s, int c); // need: none; traits: signal-safe
char *strsep(char **stringp, const char *delim); // need: none
char *strsignal(int sig); // need: locale, allocator, environ, iconv, loader, stdio, other
size_t strspn(const char *s, const char *accept); // need: none; traits: signal-safe
char *strstr(const char *haystack, const char *needle); // need: none; traits: signal-safe
double strtod(const char *nptr, char **endptr); // need: locale
double strtod_l(const char *nptr, char **endptr, locale_t loc); // need: locale
float strtof(const char *nptr, char **endptr); // need: locale
float strtof_l(const char *nptr, char **endptr, locale_t loc); // need: locale
intmax_t strtoimax(const char *nptr, char **endptr, int base); // need: locale
char *strtok(char *s, const char *delim); // need: other
char *strtok_r(char *s, const char *delim, char **save_ptr); // need: none; traits: signal-safe
long strtol(const char *nptr, char **endptr, int base); // need: locale
long strtol_l(const char *nptr, char **endptr, int base, locale_t loc); // need: locale
long double strtold(const char *nptr, char **endptr); // need: locale
long double strtold_l(const char *nptr, char **endptr, locale_t loc); // need: locale
long long strtoll(const char *nptr, char **endptr, int base); // need: locale
long long strtoll_l(const char *nptr, char **endptr, int base, locale_t loc); // need: locale
long long strtoq(const char *nptr, char **endptr, int base); // need: locale
unsigned long strtoul(const char *nptr, char **endptr, int base); // need: locale
unsigned long strtoul_l(const char *nptr, char **endptr, int base, locale_t loc); // need: locale
unsigned long long strtoull(const char *nptr, char **endptr, int base); // need: locale
unsigned long long strtoull_l(const char *nptr, char **endptr, int base, locale_t loc); // need: locale
uintmax_t strtoumax(const char *nptr, char **endptr, int base); // need: locale
unsigned long long strtouq(const char *nptr, char **endptr, int base); // need: locale
int strverscmp(const char *s1, const char *s2); // need: none
size_t strxfrm(char *dest, const char *src, size_t n); // need: locale, allocator
size_t strxfrm_l(char *dest, const char *src, size_t n, locale_t l); // need: locale, allocator
void swab(const void *from, void *to, ssize_t n); // need: none
int swapoff(const char *path); // need: none
int swapon(const char *path, int flags); // need: none
int swprintf(wchar_t *s, size_t n, const wchar_t *format, ...); // need: locale, allocator, environ, iconv, loader, stdio
int swscanf(const wchar_t *s, const wchar_t *format, ...); // need: locale, allocator, environ, iconv, loader, stdio
int symlink(const char *from, const char *to); // need: none; traits: signal-safe
int symlinkat(const char *from, int tofd, const char *to); // need: none; traits: signal-safe
void sync(void); // need: none; traits: blocks
int sync_file_range(int fd, off64_t offset, off64_t count, unsigned int flags); // need: none; traits: blocks
int syncfs(int fd); // need: none; traits: blocks
long syscall(long sysno, ...); // need: none; traits: blocks, threads, timed
long sysconf(int name); // need: allocator, environ
int sysinfo(struct sysinfo *info); // need: none
void syslog(int pri, const char *fmt, ...); // need: syslog, time, environ, allocator, stdio, locale, iconv, loader; traits: blocks
int system(const char *command); // need: all; traits: blocks, threads
sighandler_t sysv_signal(int sig, sighandler_t handler); // need: none
int tcdrain(int fd); // need: none; traits: signal-safe, blocks
int tcflow(int fd, int action); // need: none; traits: signal-safe
int tcflush(int fd, int queue_selector); // need: none; traits: signal-safe
int tcgetattr(int fd, struct termios *termios_p); // need: none; traits: signal-safe
pid_t tcgetpgrp(int fd); // need: none; traits: signal-safe
pid_t tcgetsid(int fd); // need: none
int tcsendbreak(int fd, int duration); // need: none; traits: signal-safe, blocks
int tcsetattr(int fd, int optional_actions, const struct termios *termios_p); // need: none; traits: signal-safe, blocks
int tcsetpgrp(int fd, pid_t pgrp_id); // need: none; traits: signal-safe
void *tdelete(const void *key, void **rootp, int (*compar)(const void *, const void *)); // need: all
void tdestroy(void *root, void (*freefct)(void *)); // need: all
ssize_t tee(int fdin, int fdout, size_t len, unsigned int flags); // need: none; traits: blocks
long telldir(DIR *dirp); // need: allocator, other
char *tempnam(const char *dir, const char *pfx); // need: allocator, environ, locale, other
char *textdomain(const char *domainname); // need: locale, allocator, environ, iconv, loader, stdio
void *tfind(const void *key, void *const *rootp, int (*compar)(const void *, const void *)); // need: all
int tgkill(pid_t tgid, pid_t tid, int signal); // need: none
int thrd_create(thrd_t *thr, int (*func)(void *), void *arg); // need: all; traits: threads
thrd_t thrd_current(void); // need: none
int thrd_detach(thrd_t thr); // need: all
int thrd_equal(thrd_t lhs, thrd_t rhs); // need: none
void thrd_exit(int res); // need: all; traits: blocks, noreturn
int thrd_join(thrd_t thr, int *res); // need: all; traits: blocks
int thrd_sleep(const struct timespec *time_point, struct timespec *remaining); // need: none; traits: blocks, timed
void thrd_yield(void); // need: none
time_t time(time_t *timer); // need: none; traits: signal-safe
time_t timegm(struct tm *tp); // need: time, environ, allocator, stdio, locale
time_t timelocal(struct tm *tp); // need: time, environ, allocator, stdio, locale
int timer_create(clockid_t clock_id, struct sigevent *evp, timer_t *timerid); // need: all; traits: threads
int timer_delete(timer_t timerid); // need: all; traits: threads
int timer_getoverrun(timer_t timerid); // need: none; traits: signal-safe
int timer_gettime(timer_t timerid, struct itimerspec *value); // need: none; traits: signal-safe
int timer_settime(timer_t timerid, int flags, const struct itimerspec *value, struct itimerspec *ovalue); // need: none; traits: signal-safe
int timerfd_create(clockid_t clock_id, int flags); // need: none
int timerfd_gettime(int ufd, struct itimerspec *otmr); // need: none
int timerfd_settime(int ufd, int flags, const struct itimerspec *utmr, struct itimerspec *otmr); // need: none
clock_t times(struct tms *buffer); // need: none; traits: signal-safe
int timespec_get(struct timespec *ts, int base); // need: none
int timespec_getres(struct timespec *ts, int base); // need: none
FILE *tmpfile(void); // need: allocator, stdio
FILE *tmpfile64(void); // need: allocator, stdio
char *tmpnam(char[20]); // need: locale, allocator, environ, other
char *tmpnam_r(char s[20]); // need: locale, allocator, environ
int toascii(int c); // need: none
int tolower(int c); // need: locale
int tolower_l(int c, locale_t l); // need: locale
int toupper(int c); // need: locale
int toupper_l(int c, locale_t l); // need: locale
wint_t towctrans(wint_t wc, wctrans_t desc); // need: locale
wint_t towctrans_l(wint_t wc, wctrans_t desc, locale_t locale); // need: locale
wint_t towlower(wint_t wc); // need: locale
wint_t towlower_l(wint_t wc, locale_t locale); // need: locale
wint_t towupper(wint_t wc); // need: locale
wint_t towupper_l(wint_t wc, locale_t locale); // need: locale
int truncate(const char *file, off_t length); // need: none
int truncate64(const char *file, off64_t length); // need: none
void *tsearch(const void *key, void **rootp, int (*compar)(const void *, const void *)); // need: all
int tss_create(tss_t *tss_id, void (*destructor)(void *)); // need: threads
void tss_delete(tss_t tss_id); // need: threads
void *tss_get(tss_t tss_id); // need: none
int tss_set(tss_t tss_id, void *val); // need: allocator, other, threads
char *ttyname(int fd); // need: allocator, other
int ttyname_r(int fd, char *buf, size_t buflen); // need: allocator
int ttyslot(void); // need: allocator, stdio, locale, other; traits: blocks
void twalk(const void *root, void (*action)(const void *, VISIT, int)); // need: all
void twalk_r(const void *root, void (*)(const void *, VISIT, void *), void *closure); // need: all
void tzset(void); // need: time, environ, allocator, stdio, locale
useconds_t ualarm(useconds_t value, useconds_t interval); // need: none
int ulckpwdf(void); // need: other
long ulimit(int cmd, ...); // need: environ
mode_t umask(mode_t mask); // need: none; traits: signal-safe
int umount(const char *special_file); // need: none
int umount2(const char *special_file, int flags); // need: none
int uname(struct utsname *name); // need: none; traits: signal-safe
int ungetc(int c, FILE *stream); // need: allocator, stdio
wint_t ungetwc(wint_t wc, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
int unlink(const char *name); // need: none; traits: signal-safe
int unlinkat(int fd, const char *name, int flag); // need: none; traits: signal-safe
int unlockpt(int fd); // need: none
int unsetenv(const char *name); // need: allocator, environ
int unshare(int flags); // need: none
void updwtmp(const char *wtmp_file, const struct utmp *utmp); // need: all; traits: blocks
void updwtmpx(const char *wtmpx_file, const struct utmpx *utmpx); // need: all; traits: blocks
locale_t uselocale(locale_t dataset); // need: locale
int usleep(useconds_t useconds); // need: none; traits: blocks, timed
int utime(const char *file, const struct utimbuf *file_times); // need: none; traits: signal-safe
int utimensat(int fd, const char *path, const struct timespec times[2], int flags); // need: none; traits: signal-safe
int utimes(const char *file, const struct timeval tvp[2]); // need: none; traits: signal-safe
int utmpname(const char *file); // need: all; traits: blocks
int utmpxname(const char *file); // need: all; traits: blocks
void *valloc(size_t size); // need: allocator
int versionsort(const struct dirent **e1, const struct dirent **e2); // need: none
int versionsort64(const struct dirent64 **e1, const struct dirent64 **e2); // need: none
int vhangup(void); // need: none
ssize_t vmsplice(int fdout, const struct iovec *iov, size_t count, unsigned int flags); // need: none; traits: blocks
pid_t wait(int *stat_loc); // need: none; traits: signal-safe, blocks
pid_t wait3(int *stat_loc, int options, struct rusage *usage); // need: none; traits: blocks
pid_t wait4(pid_t pid, int *stat_loc, int options, struct rusage *usage); // need: none; traits: blocks
int waitid(idtype_t idtype, id_t id, siginfo_t *infop, int options); // need: none; traits: blocks
pid_t waitpid(pid_t pid, int *stat_loc, int options); // need: none; traits: signal-safe, blocks
void warn(const char *format, ...); // need: allocator, stdio, locale, environ, iconv, loader; traits: blocks
void warnx(const char *format, ...); // need: allocator, stdio, locale, environ, iconv, loader; traits: blocks
wchar_t *wcpcpy(wchar_t *dest, const wchar_t *src); // need: none; traits: signal-safe
wchar_t *wcpncpy(wchar_t *dest, const wchar_t *src, size_t n); // need: none; traits: signal-safe
size_t wcrtomb(char *s, wchar_t wc, mbstate_t *ps); // need: locale, allocator, environ, iconv, loader, stdio
int wcscasecmp(const wchar_t *s1, const wchar_t *s2); // need: locale
int wcscasecmp_l(const wchar_t *s1, const wchar_t *s2, locale_t loc); // need: locale
wchar_t *wcscat(wchar_t *dest, const wchar_t *src); // need: none; traits: signal-safe
wchar_t *wcschr(const wchar_t *wcs, wchar_t wc); // need: none; traits: signal-safe
wchar_t *wcschrnul(const wchar_t *s, wchar_t wc); // need: none
int wcscmp(const wchar_t *s1, const wchar_t *s2); // need: none; traits: signal-safe
int wcscoll(const wchar_t *s1, const wchar_t *s2); // need: locale, allocator
int wcscoll_l(const wchar_t *s1, const wchar_t *s2, locale_t loc); // need: locale, allocator
wchar_t *wcscpy(wchar_t *dest, const wchar_t *src); // need: none; traits: signal-safe
size_t wcscspn(const wchar_t *wcs, const wchar_t *reject); // need: none; traits: signal-safe
wchar_t *wcsdup(const wchar_t *s); // need: allocator
size_t wcsftime(wchar_t *s, size_t maxsize, const wchar_t *format, const struct tm *tp); // need: time, environ, allocator, stdio, locale
size_t wcsftime_l(wchar_t *s, size_t maxsize, const wchar_t *format, const struct tm *tp, locale_t loc); // need: time, environ, allocator, stdio, locale
size_t wcslen(const wchar_t *s); // need: none; traits: signal-safe
int wcsncasecmp(const wchar_t *s1, const wchar_t *s2, size_t n); // need: locale
int wcsncasecmp_l(const wchar_t *s1, const wchar_t *s2, size_t n, locale_t loc); // need: locale
wchar_t *wcsncat(wchar_t *dest, const wchar_t *src, size_t n); // need: none; traits: signal-safe
int wcsncmp(const wchar_t *s1, const wchar_t *s2, size_t n); // need: none; traits: signal-safe
wchar_t *wcsncpy(wchar_t *dest, const wchar_t *src, size_t n); // need: none; traits: signal-safe
size_t wcsnlen(const wchar_t *s, size_t maxlen); // need: none; traits: signal-safe
size_t wcsnrtombs(char *dst, const wchar_t **src, size_t nwc, size_t len, mbstate_t *ps); // need: locale, allocator, environ, iconv, loader, stdio
wchar_t *wcspbrk(const wchar_t *wcs, const wchar_t *accept); // need: none; traits: signal-safe
wchar_t *wcsrchr(const wchar_t *wcs, wchar_t wc); // need: none; traits: signal-safe
size_t wcsrtombs(char *dst, const wchar_t **src, size_t len, mbstate_t *ps); // need: locale, allocator, environ, iconv, loader, stdio
size_t wcsspn(const wchar_t *wcs, const wchar_t *accept); // need: none; traits: signal-safe
wchar_t *wcsstr(const wchar_t *haystack, const wchar_t *needle); // need: none; traits: signal-safe
double wcstod(const wchar_t *nptr, wchar_t **endptr); // need: locale
double wcstod_l(const wchar_t *nptr, wchar_t **endptr, locale_t loc); // need: locale
float wcstof(const wchar_t *nptr, wchar_t **endptr); // need: locale
float wcstof_l(const wchar_t *nptr, wchar_t **endptr, locale_t loc); // need: locale
intmax_t wcstoimax(const wchar_t *nptr, wchar_t **endptr, int base); // need: locale
wchar_t *wcstok(wchar_t *s, const wchar_t *delim, wchar_t **ptr); // need: none; traits: signal-safe
long wcstol(const wchar_t *nptr, wchar_t **endptr, int base); // need: locale
long wcstol_l(const wchar_t *nptr, wchar_t **endptr, int base, locale_t loc); // need: locale
long double wcstold(const wchar_t *nptr, wchar_t **endptr); // need: locale
long double wcstold_l(const wchar_t *nptr, wchar_t **endptr, locale_t loc); // need: locale
long long wcstoll(const wchar_t *nptr, wchar_t **endptr, int base); // need: locale
long long wcstoll_l(const wchar_t *nptr, wchar_t **endptr, int base, locale_t loc); // need: locale
size_t wcstombs(char *s, const wchar_t *pwcs, size_t n); // need: locale, allocator, environ, iconv, loader, stdio
long long wcstoq(const wchar_t *nptr, wchar_t **endptr, int base); // need: locale
unsigned long wcstoul(const wchar_t *nptr, wchar_t **endptr, int base); // need: locale
unsigned long wcstoul_l(const wchar_t *nptr, wchar_t **endptr, int base, locale_t loc); // need: locale
unsigned long long wcstoull(const wchar_t *nptr, wchar_t **endptr, int base); // need: locale
unsigned long long wcstoull_l(const wchar_t *nptr, wchar_t **endptr, int base, locale_t loc); // need: locale
uintmax_t wcstoumax(const wchar_t *nptr, wchar_t **endptr, int base); // need: locale
unsigned long long wcstouq(const wchar_t *nptr, wchar_t **endptr, int base); // need: locale
wchar_t *wcswcs(const wchar_t *haystack, const wchar_t *needle); // need: none
int wcswidth(const wchar_t *s, size_t n); // need: locale
size_t wcsxfrm(wchar_t *s1, const wchar_t *s2, size_t n); // need: locale, allocator
size_t wcsxfrm_l(wchar_t *s1, const wchar_t *s2, size_t n, locale_t loc); // need: locale, allocator
int wctob(wint_t c); // need: locale, allocator, environ, iconv, loader, stdio
int wctomb(char *s, wchar_t wchar); // need: locale, allocator, environ, iconv, loader, stdio
wctrans_t wctrans(const char *property); // need: locale
wctrans_t wctrans_l(const char *property, locale_t locale); // need: locale
wctype_t wctype(const char *property); // need: locale
wctype_t wctype_l(const char *property, locale_t locale); // need: locale
int wcwidth(wchar_t c); // need: locale
wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n); // need: none; traits: signal-safe
int wmemcmp(const wchar_t *s1, const wchar_t *s2, size_t n); // need: none; traits: signal-safe
wchar_t *wmemcpy(wchar_t *s1, const wchar_t *s2, size_t n); // need: none; traits: signal-safe
wchar_t *wmemmove(wchar_t *s1, const wchar_t *s2, size_t n); // need: none; traits: signal-safe
wchar_t *wmempcpy(wchar_t *s1, const wchar_t *s2, size_t n); // need: none
wchar_t *wmemset(wchar_t *s, wchar_t c, size_t n); // need: none; traits: signal-safe
int wordexp(const char *words, wordexp_t *pwordexp, int flags); // need: all; traits: blocks, threads
void wordfree(wordexp_t *wordexp); // need: allocator
int wprintf(const wchar_t *format, ...); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
ssize_t write(int fd, const void *buf, size_t n); // need: none; traits: signal-safe, blocks
ssize_t writev(int fd, const struct iovec *iovec, int count); // need: none; traits: blocks
int wscanf(const wchar_t *format, ...); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks

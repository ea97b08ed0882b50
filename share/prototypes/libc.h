/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Functions of the C library (glibc 2.36), for the built-in prototype table.
 *
 * The format of all files in this folder. Each is C, and is compiled into the program as it stands. The
 * line "// library: NAME" says whose functions follow. Each declaration is one line that begins in the
 * first column; the function's name stands before the line's first parenthesis; lines are sorted by
 * name. Behind each stands what a caller must know:
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
 *         timed        sleeps in a way that uses the thread's restart block (Linux, kernel/time/hrtimer.c,
 *                      fs/select.c, kernel/futex/waitwake.c)
 *
 * Left out: what takes or returns structs by value or an argument list, and what returns twice or
 * elsewhere (vfork, setjmp, longjmp, swapcontext).
 */
// library: libc
void _Exit(int status); // need: none; traits: signal-safe, noreturn
int *__errno_location(void); // need: none
size_t __fpending(FILE *stream); // need: allocator, stdio
void __fpurge(FILE *stream); // need: allocator, stdio
int __freading(FILE *stream); // need: allocator, stdio
int __fsetlocking(FILE *stream, int type); // need: allocator, stdio
int __fwriting(FILE *stream); // need: allocator, stdio
void _exit(int status); // need: none; traits: signal-safe, noreturn
void _flushlbf(void); // need: allocator, stdio
void _mcleanup(void); // need: all; traits: blocks
long a64l(const char *str); // need: none
void abort(void); // need: all; traits: signal-safe, blocks, noreturn
int abs(int value); // need: none
int accept(int fd, struct sockaddr *addr, socklen_t *len); // need: none; traits: signal-safe, blocks
int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags); // need: none; traits: blocks
int access(const char *path, int mode); // need: none; traits: signal-safe
int acct(const char *path); // need: none
int adjtimex(struct timex *buf); // need: none
unsigned int alarm(unsigned int seconds); // need: none; traits: signal-safe
void *aligned_alloc(size_t align, size_t size); // need: allocator
uint32_t arc4random(void); // need: random
void arc4random_buf(void *buf, size_t size); // need: random
uint32_t arc4random_uniform(uint32_t bound); // need: random
char *asctime(const struct tm *tm); // need: time, environ, allocator, stdio, locale
char *asctime_r(const struct tm *tm, char *buf); // need: time, environ, allocator, stdio, locale
int asprintf(char **str, const char *format, ...); // need: locale, allocator
double atof(const char *str); // need: locale
int atoi(const char *str); // need: locale
long atol(const char *str); // need: locale
long long atoll(const char *str); // need: locale
int backtrace(void **buf, int size); // need: unwinder, loader, allocator
char **backtrace_symbols(void *const *buf, int size); // need: loader, allocator, locale
void backtrace_symbols_fd(void *const *buf, int size, int fd); // need: loader, locale
char *basename(const char *path); // need: none
int bcmp(const void *a, const void *b, size_t size); // need: none
void bcopy(const void *from, void *to, size_t size); // need: none
int bind(int fd, const struct sockaddr *addr, socklen_t len); // need: none; traits: signal-safe, blocks
char *bind_textdomain_codeset(const char *domain, const char *codeset); // need: locale, allocator, environ, iconv, loader, stdio
char *bindtextdomain(const char *domain, const char *dir); // need: locale, allocator, environ, iconv, loader, stdio
int brk(void *addr); // need: allocator
void *bsearch(const void *key, const void *base, size_t num, size_t size, int (*compare)(const void *, const void *)); // need: all
wint_t btowc(int c); // need: locale, allocator, environ, iconv, loader, stdio
void bzero(void *mem, size_t size); // need: none
void *calloc(size_t num, size_t size); // need: allocator
char *canonicalize_file_name(const char *path); // need: allocator
speed_t cfgetispeed(const struct termios *tio); // need: none; traits: signal-safe
speed_t cfgetospeed(const struct termios *tio); // need: none; traits: signal-safe
void cfmakeraw(struct termios *tio); // need: none
int cfsetispeed(struct termios *tio, speed_t speed); // need: none; traits: signal-safe
int cfsetospeed(struct termios *tio, speed_t speed); // need: none; traits: signal-safe
int chdir(const char *path); // need: none; traits: signal-safe
int chmod(const char *path, mode_t mode); // need: none; traits: signal-safe
int chown(const char *path, uid_t owner, gid_t group); // need: none; traits: signal-safe
int chroot(const char *path); // need: none
int clearenv(void); // need: allocator, environ
void clearerr(FILE *stream); // need: allocator, stdio
clock_t clock(void); // need: none
int clock_getres(clockid_t clock, struct timespec *res); // need: none
int clock_gettime(clockid_t clock, struct timespec *ts); // need: none; traits: signal-safe
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left); // need: none; traits: blocks, timed
int clock_settime(clockid_t clock, const struct timespec *ts); // need: none
int close(int fd); // need: none; traits: signal-safe, blocks
int close_range(unsigned int first, unsigned int last, int flags); // need: none; traits: blocks
int closedir(DIR *dir); // need: allocator
void closefrom(int first); // need: none; traits: blocks
void closelog(void); // need: syslog, time, environ, allocator, stdio, locale, iconv, loader; traits: blocks
size_t confstr(int name, char *buf, size_t size); // need: none
int connect(int fd, const struct sockaddr *addr, socklen_t len); // need: none; traits: signal-safe, blocks
ssize_t copy_file_range(int in, off64_t *in_off, int out, off64_t *out_off, size_t len, unsigned int flags); // need: none; traits: blocks
int creat(const char *path, mode_t mode); // need: none; traits: signal-safe
int creat64(const char *path, mode_t mode); // need: none
char *ctermid(char *buf); // need: other
char *ctime(const time_t *time); // need: time, environ, allocator, stdio, locale
char *ctime_r(const time_t *time, char *buf); // need: time, environ, allocator, stdio, locale
int daemon(int nochdir, int noclose); // need: all; traits: threads
char *dcgettext(const char *domain, const char *text, int category); // need: locale, allocator, environ, iconv, loader, stdio
char *dgettext(const char *domain, const char *text); // need: locale, allocator, environ, iconv, loader, stdio
double difftime(time_t a, time_t b); // need: none
int dirfd(DIR *dir); // need: allocator
char *dirname(char *path); // need: none
int dl_iterate_phdr(int (*callback)(struct dl_phdr_info *info, size_t size, void *data), void *data); // need: all
int dladdr(const void *addr, Dl_info *info); // need: loader
int dladdr1(const void *addr, Dl_info *info, void **extra, int flags); // need: loader
int dlclose(void *handle); // need: all; traits: blocks, threads
char *dlerror(void); // need: loader, allocator, locale, environ, iconv, stdio
int dlinfo(void *handle, int request, void *info); // need: loader, allocator
void *dlmopen(long ns, const char *path, int flags); // need: all; traits: blocks, threads
void *dlopen(const char *path, int flags); // need: all; traits: blocks, threads
void *dlsym(void *handle, const char *name); // need: loader, allocator
void *dlvsym(void *handle, const char *name, const char *version); // need: loader, allocator
int dprintf(int fd, const char *format, ...); // need: allocator, stdio, locale; traits: blocks
double drand48(void); // need: random
int dup(int fd); // need: none; traits: signal-safe
int dup2(int fd, int fd2); // need: none; traits: signal-safe
int dup3(int fd, int fd2, int flags); // need: none
locale_t duplocale(locale_t locale); // need: locale, allocator, environ, iconv, loader, stdio
int eaccess(const char *path, int mode); // need: none
char *ecvt(double value, int digits, int *point, int *sign); // need: other
void endgrent(void); // need: all; traits: blocks, timed
int endmntent(FILE *stream); // need: allocator, stdio
void endpwent(void); // need: all; traits: blocks, timed
int epoll_create(int size); // need: none
int epoll_create1(int flags); // need: none
int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event); // need: none
int epoll_pwait(int epfd, struct epoll_event *events, int max, int timeout, const sigset_t *mask); // need: none; traits: blocks
int epoll_wait(int epfd, struct epoll_event *events, int max, int timeout); // need: none; traits: blocks
double erand48(unsigned short state[3]); // need: random
void err(int status, const char *format, ...); // need: all; traits: blocks, noreturn
void errx(int status, const char *format, ...); // need: all; traits: blocks, noreturn
int euidaccess(const char *path, int mode); // need: none
int eventfd(unsigned int count, int flags); // need: none
int eventfd_read(int fd, eventfd_t *value); // need: none; traits: blocks
int eventfd_write(int fd, uint64_t value); // need: none; traits: blocks
int execl(const char *path, const char *arg, ...); // need: all; traits: signal-safe, threads
int execlp(const char *file, const char *arg, ...); // need: all; traits: threads
int execv(const char *path, char *const argv[]); // need: all; traits: signal-safe, threads
int execve(const char *path, char *const argv[], char *const envp[]); // need: all; traits: signal-safe, threads
int execvp(const char *file, char *const argv[]); // need: all; traits: threads
int execvpe(const char *file, char *const argv[], char *const envp[]); // need: all; traits: threads
void exit(int status); // need: all; traits: blocks, noreturn
void explicit_bzero(void *mem, size_t size); // need: none
int faccessat(int fd, const char *path, int mode, int flags); // need: none; traits: signal-safe
int fallocate(int fd, int mode, off_t off, off_t len); // need: none
int fallocate64(int fd, int mode, off64_t off, off64_t len); // need: none
int fchdir(int fd); // need: none; traits: signal-safe
int fchmod(int fd, mode_t mode); // need: none; traits: signal-safe
int fchmodat(int fd, const char *path, mode_t mode, int flags); // need: none; traits: signal-safe
int fchown(int fd, uid_t owner, gid_t group); // need: none; traits: signal-safe
int fchownat(int fd, const char *path, uid_t owner, gid_t group, int flags); // need: none; traits: signal-safe
int fclose(FILE *stream); // need: allocator, stdio
int fcloseall(void); // need: allocator, stdio
int fcntl(int fd, int cmd, ...); // need: none; traits: signal-safe, blocks
int fcntl64(int fd, int cmd, ...); // need: none; traits: blocks
int fdatasync(int fd); // need: none; traits: signal-safe, blocks
FILE *fdopen(int fd, const char *mode); // need: allocator, stdio
DIR *fdopendir(int fd); // need: allocator
int feof(FILE *stream); // need: allocator, stdio
int ferror(FILE *stream); // need: allocator, stdio
int fexecve(int fd, char *const argv[], char *const envp[]); // need: all; traits: signal-safe, threads
int fflush(FILE *stream); // need: allocator, stdio; traits: blocks
int fflush_unlocked(FILE *stream); // need: allocator, stdio; traits: blocks
int ffs(int bits); // need: none; traits: signal-safe
int ffsl(long bits); // need: none
int ffsll(long long bits); // need: none
int fgetc(FILE *stream); // need: allocator, stdio; traits: blocks
int fgetpos(FILE *stream, fpos_t *pos); // need: allocator, stdio
char *fgets(char *buf, int size, FILE *stream); // need: allocator, stdio; traits: blocks
int fileno(FILE *stream); // need: allocator, stdio
int flock(int fd, int op); // need: none; traits: blocks
void flockfile(FILE *stream); // need: allocator, stdio
FILE *fmemopen(void *buf, size_t size, const char *mode); // need: allocator, stdio
int fnmatch(const char *pattern, const char *str, int flags); // need: locale, allocator
FILE *fopen(const char *path, const char *mode); // need: allocator, stdio
FILE *fopen64(const char *path, const char *mode); // need: allocator, stdio
pid_t fork(void); // need: all; traits: signal-safe, threads
long fpathconf(int fd, int name); // need: allocator, stdio
int fprintf(FILE *stream, const char *format, ...); // need: allocator, stdio, locale; traits: blocks
int fputc(int c, FILE *stream); // need: allocator, stdio; traits: blocks
int fputs(const char *str, FILE *stream); // need: allocator, stdio; traits: blocks
int fputs_unlocked(const char *str, FILE *stream); // need: allocator, stdio; traits: blocks
wint_t fputwc(wchar_t c, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
int fputws(const wchar_t *str, FILE *stream); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
size_t fread(void *buf, size_t size, size_t num, FILE *stream); // need: allocator, stdio; traits: blocks
void free(void *mem); // need: allocator
void freeaddrinfo(struct addrinfo *result); // need: resolver, allocator
void freelocale(locale_t locale); // need: locale, allocator, environ, iconv, loader, stdio
FILE *freopen(const char *path, const char *mode, FILE *stream); // need: allocator, stdio
FILE *freopen64(const char *path, const char *mode, FILE *stream); // need: allocator, stdio
int fscanf(FILE *stream, const char *format, ...); // need: allocator, stdio, locale; traits: blocks
int fseek(FILE *stream, long off, int whence); // need: allocator, stdio
int fseeko(FILE *stream, off_t off, int whence); // need: allocator, stdio
int fsetpos(FILE *stream, const fpos_t *pos); // need: allocator, stdio
int fstat(int fd, struct stat *st); // need: none; traits: signal-safe
int fstat64(int fd, struct stat64 *st); // need: none
int fstatat(int fd, const char *path, struct stat *st, int flags); // need: none; traits: signal-safe
int fstatfs(int fd, struct statfs *st); // need: none
int fstatvfs(int fd, struct statvfs *st); // need: none
int fsync(int fd); // need: none; traits: signal-safe, blocks
long ftell(FILE *stream); // need: allocator, stdio
off_t ftello(FILE *stream); // need: allocator, stdio
key_t ftok(const char *path, int project); // need: none
int ftruncate(int fd, off_t len); // need: none; traits: signal-safe
int ftruncate64(int fd, off64_t len); // need: none
int ftrylockfile(FILE *stream); // need: allocator, stdio
int ftw(const char *path, int (*visit)(const char *path, const struct stat *st, int flag), int fds); // need: all
void funlockfile(FILE *stream); // need: allocator, stdio
int futimens(int fd, const struct timespec *times); // need: none; traits: signal-safe
int futimes(int fd, const struct timeval *times); // need: none
int fwide(FILE *stream, int mode); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
int fwprintf(FILE *stream, const wchar_t *format, ...); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
size_t fwrite(const void *buf, size_t size, size_t num, FILE *stream); // need: allocator, stdio; traits: blocks
size_t fwrite_unlocked(const void *buf, size_t size, size_t num, FILE *stream); // need: allocator, stdio; traits: blocks
const char *gai_strerror(int err); // need: locale, allocator, environ, iconv, loader, stdio
long get_avphys_pages(void); // need: none
char *get_current_dir_name(void); // need: allocator, environ
int get_nprocs(void); // need: none
int get_nprocs_conf(void); // need: none
long get_phys_pages(void); // need: none
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result); // need: all; traits: blocks, timed
unsigned long getauxval(unsigned long type); // need: none
int getc(FILE *stream); // need: allocator, stdio; traits: blocks
int getchar(void); // need: allocator, stdio; traits: blocks
int getcpu(unsigned int *cpu, unsigned int *node); // need: none
char *getcwd(char *buf, size_t size); // need: allocator
ssize_t getdelim(char **line, size_t *size, int delim, FILE *stream); // need: allocator, stdio; traits: blocks
ssize_t getdents64(int fd, void *buf, size_t size); // need: none
int getdomainname(char *name, size_t len); // need: none
int getdtablesize(void); // need: none
gid_t getegid(void); // need: none; traits: signal-safe
int getentropy(void *buf, size_t len); // need: none; traits: blocks
char *getenv(const char *name); // need: environ
uid_t geteuid(void); // need: none; traits: signal-safe
gid_t getgid(void); // need: none; traits: signal-safe
struct group *getgrent(void); // need: all; traits: blocks, timed
struct group *getgrgid(gid_t gid); // need: all; traits: blocks, timed
struct group *getgrnam(const char *name); // need: all; traits: blocks, timed
int getgrouplist(const char *user, gid_t group, gid_t *groups, int *num); // need: all; traits: blocks, timed
int getgroups(int size, gid_t *list); // need: none; traits: signal-safe
struct hostent *gethostbyaddr(const void *addr, socklen_t len, int family); // need: all; traits: blocks, timed
struct hostent *gethostbyname(const char *name); // need: all; traits: blocks, timed
struct hostent *gethostbyname2(const char *name, int family); // need: all; traits: blocks, timed
long gethostid(void); // need: all; traits: blocks, timed
int gethostname(char *name, size_t len); // need: none
int getitimer(int which, struct itimerval *value); // need: none
ssize_t getline(char **line, size_t *size, FILE *stream); // need: allocator, stdio; traits: blocks
char *getlogin(void); // need: all; traits: blocks, timed
int getlogin_r(char *buf, size_t size); // need: all; traits: blocks, timed
struct mntent *getmntent(FILE *stream); // need: allocator, stdio
int getnameinfo(const struct sockaddr *addr, socklen_t len, char *host, socklen_t host_len, char *service, socklen_t service_len, int flags); // need: all; traits: blocks, timed
struct netent *getnetbyname(const char *name); // need: all; traits: blocks, timed
int getopt(int argc, char *const argv[], const char *options); // need: all
int getpagesize(void); // need: none
int getpeername(int fd, struct sockaddr *addr, socklen_t *len); // need: none; traits: signal-safe
pid_t getpgid(pid_t pid); // need: none
pid_t getpgrp(void); // need: none; traits: signal-safe
pid_t getpid(void); // need: none; traits: signal-safe
pid_t getppid(void); // need: none; traits: signal-safe
int getpriority(int which, id_t who); // need: none
struct protoent *getprotobyname(const char *name); // need: all; traits: blocks, timed
struct protoent *getprotobynumber(int proto); // need: all; traits: blocks, timed
struct passwd *getpwent(void); // need: all; traits: blocks, timed
struct passwd *getpwnam(const char *name); // need: all; traits: blocks, timed
struct passwd *getpwuid(uid_t uid); // need: all; traits: blocks, timed
ssize_t getrandom(void *buf, size_t len, unsigned int flags); // need: none; traits: blocks
int getresgid(gid_t *rgid, gid_t *egid, gid_t *sgid); // need: none
int getresuid(uid_t *ruid, uid_t *euid, uid_t *suid); // need: none
int getrlimit(int resource, struct rlimit *limit); // need: none
int getrlimit64(int resource, struct rlimit64 *limit); // need: none
int getrusage(int who, struct rusage *usage); // need: none
struct servent *getservbyname(const char *name, const char *proto); // need: all; traits: blocks, timed
struct servent *getservbyport(int port, const char *proto); // need: all; traits: blocks, timed
pid_t getsid(pid_t pid); // need: none
int getsockname(int fd, struct sockaddr *addr, socklen_t *len); // need: none; traits: signal-safe
int getsockopt(int fd, int level, int name, void *value, socklen_t *len); // need: none; traits: signal-safe
struct spwd *getspnam(const char *name); // need: all; traits: blocks, timed
char *gettext(const char *text); // need: locale, allocator, environ, iconv, loader, stdio
pid_t gettid(void); // need: none
int gettimeofday(struct timeval *tv, void *tz); // need: none
uid_t getuid(void); // need: none; traits: signal-safe
int getw(FILE *stream); // need: allocator, stdio; traits: blocks
ssize_t getxattr(const char *path, const char *name, void *value, size_t size); // need: none
int glob(const char *pattern, int flags, int (*error)(const char *path, int err), glob_t *result); // need: all
void globfree(glob_t *result); // need: all
struct tm *gmtime(const time_t *time); // need: time, environ, allocator, stdio, locale
struct tm *gmtime_r(const time_t *time, struct tm *tm); // need: time, environ, allocator, stdio, locale
unsigned int gnu_dev_major(dev_t dev); // need: none
dev_t gnu_dev_makedev(unsigned int maj, unsigned int min); // need: none
unsigned int gnu_dev_minor(dev_t dev); // need: none
const char *gnu_get_libc_release(void); // need: none
const char *gnu_get_libc_version(void); // need: none
int grantpt(int fd); // need: none
int hcreate(size_t num); // need: allocator
const char *hstrerror(int err); // need: locale, allocator, environ, iconv, loader, stdio
uint32_t htonl(uint32_t host); // need: none; traits: signal-safe
uint16_t htons(uint16_t host); // need: none; traits: signal-safe
size_t iconv(iconv_t cd, char **in, size_t *in_left, char **out, size_t *out_left); // need: all
int iconv_close(iconv_t cd); // need: all
iconv_t iconv_open(const char *to, const char *from); // need: all
intmax_t imaxabs(intmax_t value); // need: none
char *index(const char *str, int c); // need: none
in_addr_t inet_addr(const char *str); // need: locale
int inet_aton(const char *str, struct in_addr *addr); // need: locale
const char *inet_ntop(int family, const void *addr, char *buf, socklen_t size); // need: locale, allocator
int inet_pton(int family, const char *str, void *addr); // need: locale
int initgroups(const char *user, gid_t group); // need: all; traits: blocks, timed
char *initstate(unsigned int seed, char *state, size_t size); // need: random
int innetgr(const char *netgroup, const char *host, const char *user, const char *domain); // need: all; traits: blocks, timed
int inotify_add_watch(int fd, const char *path, uint32_t mask); // need: none
int inotify_init(void); // need: none
int inotify_init1(int flags); // need: none
int inotify_rm_watch(int fd, int watch); // need: none
int ioctl(int fd, unsigned long request, ...); // need: none; traits: blocks
int ioperm(unsigned long from, unsigned long num, int on); // need: none
int isalnum(int c); // need: locale
int isalpha(int c); // need: locale
int isatty(int fd); // need: none
int isblank(int c); // need: locale
int iscntrl(int c); // need: locale
int isdigit(int c); // need: locale
int isgraph(int c); // need: locale
int islower(int c); // need: locale
int isprint(int c); // need: locale
int ispunct(int c); // need: locale
int isspace(int c); // need: locale
int isupper(int c); // need: locale
int iswalpha(wint_t c); // need: locale
int iswdigit(wint_t c); // need: locale
int iswspace(wint_t c); // need: locale
int isxdigit(int c); // need: locale
long jrand48(unsigned short state[3]); // need: random
int kill(pid_t pid, int sig); // need: none; traits: signal-safe
int killpg(pid_t group, int sig); // need: none
char *l64a(long value); // need: other
long labs(long value); // need: none
int lchown(const char *path, uid_t owner, gid_t group); // need: none
int link(const char *from, const char *to); // need: none; traits: signal-safe
int linkat(int fromfd, const char *from, int tofd, const char *to, int flags); // need: none; traits: signal-safe
int listen(int fd, int backlog); // need: none; traits: signal-safe
ssize_t listxattr(const char *path, char *list, size_t size); // need: none
long long llabs(long long value); // need: none
struct lconv *localeconv(void); // need: locale
struct tm *localtime(const time_t *time); // need: time, environ, allocator, stdio, locale
struct tm *localtime_r(const time_t *time, struct tm *tm); // need: time, environ, allocator, stdio, locale
int lockf(int fd, int cmd, off_t len); // need: none; traits: blocks
long lrand48(void); // need: random
off_t lseek(int fd, off_t off, int whence); // need: none; traits: signal-safe
off64_t lseek64(int fd, off64_t off, int whence); // need: none
int lstat(const char *path, struct stat *st); // need: none; traits: signal-safe
int lstat64(const char *path, struct stat64 *st); // need: none
int lutimes(const char *path, const struct timeval *times); // need: none
int madvise(void *addr, size_t len, int advice); // need: none
void *malloc(size_t size); // need: allocator
int malloc_info(int options, FILE *stream); // need: allocator, stdio, locale
void malloc_stats(void); // need: allocator, stdio, locale
int malloc_trim(size_t pad); // need: allocator
size_t malloc_usable_size(void *mem); // need: allocator
int mallopt(int param, int value); // need: allocator
int mblen(const char *str, size_t size); // need: locale, allocator, environ, iconv, loader, stdio
size_t mbstowcs(wchar_t *to, const char *from, size_t num); // need: locale, allocator, environ, iconv, loader, stdio
int mbtowc(wchar_t *to, const char *from, size_t size); // need: locale, allocator, environ, iconv, loader, stdio
void *memalign(size_t align, size_t size); // need: allocator
void *memccpy(void *to, const void *from, int c, size_t size); // need: none; traits: signal-safe
void *memchr(const void *mem, int c, size_t size); // need: none; traits: signal-safe
int memcmp(const void *a, const void *b, size_t size); // need: none; traits: signal-safe
void *memcpy(void *to, const void *from, size_t size); // need: none; traits: signal-safe
int memfd_create(const char *name, unsigned int flags); // need: none
void *memfrob(void *mem, size_t size); // need: none
void *memmem(const void *mem, size_t size, const void *part, size_t part_size); // need: none
void *memmove(void *to, const void *from, size_t size); // need: none; traits: signal-safe
void *mempcpy(void *to, const void *from, size_t size); // need: none
void *memrchr(const void *mem, int c, size_t size); // need: none
void *memset(void *mem, int c, size_t size); // need: none; traits: signal-safe
int mincore(void *addr, size_t len, unsigned char *vec); // need: none
int mkdir(const char *path, mode_t mode); // need: none; traits: signal-safe
int mkdirat(int fd, const char *path, mode_t mode); // need: none; traits: signal-safe
char *mkdtemp(char *path); // need: none
int mkfifo(const char *path, mode_t mode); // need: none; traits: signal-safe
int mkfifoat(int fd, const char *path, mode_t mode); // need: none; traits: signal-safe
int mknod(const char *path, mode_t mode, dev_t dev); // need: none; traits: signal-safe
int mknodat(int fd, const char *path, mode_t mode, dev_t dev); // need: none; traits: signal-safe
int mkostemp(char *path, int flags); // need: none
int mkstemp(char *path); // need: none
int mkstemps(char *path, int suffix); // need: none
char *mktemp(char *path); // need: other
time_t mktime(struct tm *tm); // need: time, environ, allocator, stdio, locale
int mlock(const void *addr, size_t len); // need: none
int mlock2(const void *addr, size_t len, unsigned int flags); // need: none
int mlockall(int flags); // need: none
void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t off); // need: none
void *mmap64(void *addr, size_t len, int prot, int flags, int fd, off64_t off); // need: none
void monstartup(unsigned long low, unsigned long high); // need: all; traits: blocks
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data); // need: none
int mprotect(void *addr, size_t len, int prot); // need: none
int mq_close(int queue); // need: none
int mq_open(const char *name, int flags, ...); // need: none
ssize_t mq_receive(int queue, char *msg, size_t size, unsigned int *priority); // need: none; traits: blocks
int mq_send(int queue, const char *msg, size_t size, unsigned int priority); // need: none; traits: blocks
int mq_unlink(const char *name); // need: none
long mrand48(void); // need: random
void *mremap(void *addr, size_t old_len, size_t new_len, int flags, ...); // need: none
int msgctl(int id, int cmd, struct msqid_ds *buf); // need: none
int msgget(key_t key, int flags); // need: none
ssize_t msgrcv(int id, void *msg, size_t size, long type, int flags); // need: none; traits: blocks
int msgsnd(int id, const void *msg, size_t size, int flags); // need: none; traits: blocks
int msync(void *addr, size_t len, int flags); // need: none; traits: blocks
void mtrace(void); // need: allocator, stdio, environ
int munlock(const void *addr, size_t len); // need: none
int munlockall(void); // need: none
int munmap(void *addr, size_t len); // need: none
void muntrace(void); // need: allocator, stdio, environ
int nanosleep(const struct timespec *time, struct timespec *left); // need: none; traits: blocks, timed
locale_t newlocale(int mask, const char *locale, locale_t base); // need: locale, allocator, environ, iconv, loader, stdio
char *ngettext(const char *one, const char *many, unsigned long num); // need: locale, allocator, environ, iconv, loader, stdio
int nice(int inc); // need: none
char *nl_langinfo(nl_item item); // need: locale
long nrand48(unsigned short state[3]); // need: random
uint32_t ntohl(uint32_t net); // need: none; traits: signal-safe
uint16_t ntohs(uint16_t net); // need: none; traits: signal-safe
int on_exit(void (*function)(int status, void *arg), void *arg); // need: exit, allocator
int open(const char *path, int flags, ...); // need: none; traits: signal-safe, blocks
int open64(const char *path, int flags, ...); // need: none; traits: blocks
FILE *open_memstream(char **buf, size_t *size); // need: allocator, stdio
int openat(int fd, const char *path, int flags, ...); // need: none; traits: signal-safe, blocks
int openat64(int fd, const char *path, int flags, ...); // need: none; traits: blocks
DIR *opendir(const char *path); // need: allocator
void openlog(const char *ident, int options, int facility); // need: syslog, time, environ, allocator, stdio, locale, iconv, loader; traits: blocks
long pathconf(const char *path, int name); // need: allocator, stdio
int pause(void); // need: none; traits: signal-safe, blocks
int pclose(FILE *stream); // need: all; traits: blocks, threads
void perror(const char *prefix); // need: locale, allocator, environ, iconv, loader, stdio
int personality(unsigned long persona); // need: none
int pidfd_getfd(int pidfd, int fd, unsigned int flags); // need: none
int pidfd_open(pid_t pid, unsigned int flags); // need: none
int pidfd_send_signal(int pidfd, int sig, siginfo_t *info, unsigned int flags); // need: none
int pipe(int fds[2]); // need: none; traits: signal-safe
int pipe2(int fds[2], int flags); // need: none
int poll(struct pollfd *fds, nfds_t num, int timeout); // need: none; traits: signal-safe, blocks, timed
FILE *popen(const char *command, const char *mode); // need: all; traits: threads
int posix_fadvise(int fd, off_t off, off_t len, int advice); // need: none
int posix_fallocate(int fd, off_t off, off_t len); // need: none
int posix_madvise(void *addr, size_t len, int advice); // need: none
int posix_memalign(void **mem, size_t align, size_t size); // need: allocator
int posix_openpt(int flags); // need: none
int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr, char *const argv[], char *const envp[]); // need: all; traits: threads
int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr, char *const argv[], char *const envp[]); // need: all; traits: threads
int ppoll(struct pollfd *fds, nfds_t num, const struct timespec *timeout, const sigset_t *mask); // need: none; traits: blocks
int prctl(int option, ...); // need: none
ssize_t pread(int fd, void *buf, size_t size, off_t off); // need: none; traits: blocks
ssize_t pread64(int fd, void *buf, size_t size, off64_t off); // need: none; traits: blocks
ssize_t preadv(int fd, const struct iovec *iov, int num, off_t off); // need: none; traits: blocks
int printf(const char *format, ...); // need: allocator, stdio, locale; traits: blocks
int prlimit(pid_t pid, enum __rlimit_resource resource, const struct rlimit *limit, struct rlimit *old); // need: none
ssize_t process_madvise(int pidfd, const struct iovec *iov, size_t num, int advice, unsigned int flags); // need: none
ssize_t process_vm_readv(pid_t pid, const struct iovec *local, unsigned long local_len, const struct iovec *remote, unsigned long remote_len, unsigned long flags); // need: none
ssize_t process_vm_writev(pid_t pid, const struct iovec *local, unsigned long local_len, const struct iovec *remote, unsigned long remote_len, unsigned long flags); // need: none
int pselect(int num, fd_set *read, fd_set *write, fd_set *except, const struct timespec *timeout, const sigset_t *mask); // need: none; traits: signal-safe, blocks
void psignal(int sig, const char *prefix); // need: locale, allocator, environ, iconv, loader, stdio
int pthread_attr_destroy(pthread_attr_t *attr); // need: allocator, threads
int pthread_attr_getstack(const pthread_attr_t *attr, void **addr, size_t *size); // need: none
int pthread_attr_getstacksize(const pthread_attr_t *attr, size_t *size); // need: none
int pthread_attr_init(pthread_attr_t *attr); // need: allocator, threads
int pthread_attr_setaffinity_np(pthread_attr_t *attr, size_t size, const cpu_set_t *set); // need: allocator
int pthread_attr_setstacksize(pthread_attr_t *attr, size_t size); // need: none
int pthread_barrier_wait(pthread_barrier_t *barrier); // need: threads; traits: blocks
int pthread_cancel(pthread_t thread); // need: all
int pthread_cond_broadcast(pthread_cond_t *cond); // need: threads
int pthread_cond_destroy(pthread_cond_t *cond); // need: threads
int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attr); // need: threads
int pthread_cond_signal(pthread_cond_t *cond); // need: threads
int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *time); // need: threads; traits: blocks, timed
int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex); // need: threads; traits: blocks
int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg); // need: all; traits: threads
int pthread_detach(pthread_t thread); // need: all
int pthread_equal(pthread_t a, pthread_t b); // need: none
void pthread_exit(void *value); // need: all; traits: blocks, noreturn
int pthread_getaffinity_np(pthread_t thread, size_t size, cpu_set_t *set); // need: threads
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attr); // need: allocator, stdio
int pthread_getconcurrency(void); // need: threads
int pthread_getcpuclockid(pthread_t thread, clockid_t *clock); // need: none
int pthread_getname_np(pthread_t thread, char *buf, size_t size); // need: threads
int pthread_getschedparam(pthread_t thread, int *policy, struct sched_param *param); // need: threads
void *pthread_getspecific(pthread_key_t key); // need: none
int pthread_join(pthread_t thread, void **value); // need: all; traits: blocks
int pthread_key_create(pthread_key_t *key, void (*destructor)(void *)); // need: threads
int pthread_key_delete(pthread_key_t key); // need: threads
int pthread_kill(pthread_t thread, int sig); // need: none; traits: signal-safe
int pthread_mutex_destroy(pthread_mutex_t *mutex); // need: threads
int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr); // need: threads
int pthread_mutex_lock(pthread_mutex_t *mutex); // need: threads; traits: blocks
int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *time); // need: threads; traits: blocks, timed
int pthread_mutex_trylock(pthread_mutex_t *mutex); // need: threads
int pthread_mutex_unlock(pthread_mutex_t *mutex); // need: threads
int pthread_mutexattr_init(pthread_mutexattr_t *attr); // need: none
int pthread_mutexattr_settype(pthread_mutexattr_t *attr, int type); // need: none
int pthread_once(pthread_once_t *once, void (*init)(void)); // need: all
int pthread_rwlock_rdlock(pthread_rwlock_t *lock); // need: threads; traits: blocks
int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock); // need: threads
int pthread_rwlock_trywrlock(pthread_rwlock_t *lock); // need: threads
int pthread_rwlock_unlock(pthread_rwlock_t *lock); // need: threads
int pthread_rwlock_wrlock(pthread_rwlock_t *lock); // need: threads; traits: blocks
pthread_t pthread_self(void); // need: none; traits: signal-safe
int pthread_setaffinity_np(pthread_t thread, size_t size, const cpu_set_t *set); // need: threads
int pthread_setcancelstate(int state, int *old); // need: all
int pthread_setcanceltype(int type, int *old); // need: all
int pthread_setname_np(pthread_t thread, const char *name); // need: threads
int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param); // need: threads
int pthread_setschedprio(pthread_t thread, int priority); // need: threads
int pthread_setspecific(pthread_key_t key, const void *value); // need: allocator
int pthread_sigmask(int how, const sigset_t *set, sigset_t *old); // need: none; traits: signal-safe
int pthread_spin_lock(pthread_spinlock_t *lock); // need: threads; traits: blocks
int pthread_spin_trylock(pthread_spinlock_t *lock); // need: threads
int pthread_spin_unlock(pthread_spinlock_t *lock); // need: threads
void pthread_testcancel(void); // need: all
int pthread_tryjoin_np(pthread_t thread, void **value); // need: all; traits: blocks
long ptrace(enum __ptrace_request request, ...); // need: none
char *ptsname(int fd); // need: allocator, other
int ptsname_r(int fd, char *buf, size_t len); // need: none
int putc(int c, FILE *stream); // need: allocator, stdio; traits: blocks
int putchar(int c); // need: allocator, stdio; traits: blocks
int putchar_unlocked(int c); // need: allocator, stdio; traits: blocks
int putenv(char *str); // need: allocator, environ
int puts(const char *str); // need: allocator, stdio; traits: blocks
int putw(int value, FILE *stream); // need: allocator, stdio; traits: blocks
wint_t putwchar(wchar_t c); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
void *pvalloc(size_t size); // need: allocator
ssize_t pwrite(int fd, const void *buf, size_t size, off_t off); // need: none; traits: blocks
ssize_t pwrite64(int fd, const void *buf, size_t size, off64_t off); // need: none; traits: blocks
ssize_t pwritev(int fd, const struct iovec *iov, int num, off_t off); // need: none; traits: blocks
void qsort(void *base, size_t num, size_t size, int (*compare)(const void *, const void *)); // need: all
void quick_exit(int status); // need: all; traits: blocks, noreturn
int raise(int sig); // need: none; traits: signal-safe
int rand(void); // need: random
int rand_r(unsigned int *seed); // need: none
long random(void); // need: random
void *rawmemchr(const void *mem, int c); // need: none
ssize_t read(int fd, void *buf, size_t size); // need: none; traits: signal-safe, blocks
ssize_t readahead(int fd, off64_t off, size_t count); // need: none
struct dirent *readdir(DIR *dir); // need: allocator
ssize_t readlink(const char *path, char *buf, size_t size); // need: none; traits: signal-safe
ssize_t readlinkat(int fd, const char *path, char *buf, size_t size); // need: none; traits: signal-safe
ssize_t readv(int fd, const struct iovec *iov, int num); // need: none; traits: blocks
void *realloc(void *mem, size_t size); // need: allocator
void *reallocarray(void *mem, size_t num, size_t size); // need: allocator
char *realpath(const char *path, char *resolved); // need: allocator
int reboot(int cmd); // need: none
ssize_t recv(int fd, void *buf, size_t size, int flags); // need: none; traits: signal-safe, blocks
ssize_t recvfrom(int fd, void *buf, size_t size, int flags, struct sockaddr *addr, socklen_t *len); // need: none; traits: signal-safe, blocks
ssize_t recvmsg(int fd, struct msghdr *msg, int flags); // need: none; traits: signal-safe, blocks
int regcomp(regex_t *regex, const char *pattern, int flags); // need: locale, allocator
size_t regerror(int err, const regex_t *regex, char *buf, size_t size); // need: locale, allocator
int regexec(const regex_t *regex, const char *str, size_t num, regmatch_t *match, int flags); // need: locale, allocator
void regfree(regex_t *regex); // need: locale, allocator
int remap_file_pages(void *addr, size_t len, int prot, size_t off, int flags); // need: none
int remove(const char *path); // need: none
int removexattr(const char *path, const char *name); // need: none
int rename(const char *from, const char *to); // need: none; traits: signal-safe
int renameat(int fromfd, const char *from, int tofd, const char *to); // need: none; traits: signal-safe
int renameat2(int fromfd, const char *from, int tofd, const char *to, unsigned int flags); // need: none
void rewind(FILE *stream); // need: allocator, stdio
void rewinddir(DIR *dir); // need: allocator
char *rindex(const char *str, int c); // need: none
int rmdir(const char *path); // need: none; traits: signal-safe
int rpmatch(const char *answer); // need: locale
void *sbrk(intptr_t inc); // need: allocator
int scanf(const char *format, ...); // need: allocator, stdio, locale; traits: blocks
int sched_get_priority_max(int policy); // need: none
int sched_get_priority_min(int policy); // need: none
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set); // need: none
int sched_getcpu(void); // need: none
int sched_getparam(pid_t pid, struct sched_param *param); // need: none
int sched_getscheduler(pid_t pid); // need: none
int sched_rr_get_interval(pid_t pid, struct timespec *interval); // need: none
int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set); // need: none
int sched_setparam(pid_t pid, const struct sched_param *param); // need: none
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param); // need: none
int sched_yield(void); // need: none
char *secure_getenv(const char *name); // need: environ
unsigned short *seed48(unsigned short state[3]); // need: random
void seekdir(DIR *dir, long pos); // need: allocator
int select(int num, fd_set *read, fd_set *write, fd_set *except, struct timeval *timeout); // need: none; traits: signal-safe, blocks
int sem_close(sem_t *sem); // need: allocator, other
int sem_destroy(sem_t *sem); // need: none
int sem_getvalue(sem_t *sem, int *value); // need: none
int sem_init(sem_t *sem, int shared, unsigned int value); // need: none
sem_t *sem_open(const char *name, int flags, ...); // need: allocator, other
int sem_post(sem_t *sem); // need: none; traits: signal-safe
int sem_timedwait(sem_t *sem, const struct timespec *time); // need: threads; traits: blocks, timed
int sem_trywait(sem_t *sem); // need: none
int sem_unlink(const char *name); // need: none
int sem_wait(sem_t *sem); // need: threads; traits: blocks
int semctl(int id, int num, int cmd, ...); // need: none
int semget(key_t key, int num, int flags); // need: none
int semop(int id, struct sembuf *ops, size_t num); // need: none; traits: blocks
ssize_t send(int fd, const void *buf, size_t size, int flags); // need: none; traits: signal-safe, blocks
ssize_t sendfile(int out, int in, off_t *off, size_t size); // need: none; traits: blocks
ssize_t sendfile64(int out, int in, off64_t *off, size_t size); // need: none; traits: blocks
ssize_t sendmsg(int fd, const struct msghdr *msg, int flags); // need: none; traits: signal-safe, blocks
ssize_t sendto(int fd, const void *buf, size_t size, int flags, const struct sockaddr *addr, socklen_t len); // need: none; traits: signal-safe, blocks
void setbuf(FILE *stream, char *buf); // need: allocator, stdio
void setbuffer(FILE *stream, char *buf, size_t size); // need: allocator, stdio
int setdomainname(const char *name, size_t len); // need: none
int setegid(gid_t gid); // need: threads
int setenv(const char *name, const char *value, int overwrite); // need: allocator, environ
int seteuid(uid_t uid); // need: threads
int setfsgid(gid_t gid); // need: none
int setfsuid(uid_t uid); // need: none
int setgid(gid_t gid); // need: threads; traits: signal-safe
void setgrent(void); // need: all; traits: blocks, timed
int setgroups(size_t num, const gid_t *list); // need: threads
int sethostname(const char *name, size_t len); // need: none
int setitimer(int which, const struct itimerval *value, struct itimerval *old); // need: none
void setlinebuf(FILE *stream); // need: allocator, stdio
char *setlocale(int category, const char *locale); // need: all
int setlogmask(int mask); // need: syslog
FILE *setmntent(const char *path, const char *type); // need: allocator, stdio
int setns(int fd, int type); // need: none
int setpgid(pid_t pid, pid_t group); // need: none; traits: signal-safe
int setpriority(int which, id_t who, int priority); // need: none
void setpwent(void); // need: all; traits: blocks, timed
int setregid(gid_t rgid, gid_t egid); // need: threads
int setresgid(gid_t rgid, gid_t egid, gid_t sgid); // need: threads
int setresuid(uid_t ruid, uid_t euid, uid_t suid); // need: threads
int setreuid(uid_t ruid, uid_t euid); // need: threads
int setrlimit(int resource, const struct rlimit *limit); // need: none
int setrlimit64(int resource, const struct rlimit64 *limit); // need: none
pid_t setsid(void); // need: none; traits: signal-safe
int setsockopt(int fd, int level, int name, const void *value, socklen_t len); // need: none; traits: signal-safe
char *setstate(char *state); // need: random
int settimeofday(const struct timeval *tv, const struct timezone *tz); // need: none
int setuid(uid_t uid); // need: threads; traits: signal-safe
int setvbuf(FILE *stream, char *buf, int mode, size_t size); // need: allocator, stdio
int setxattr(const char *path, const char *name, const void *value, size_t size, int flags); // need: none
int shm_open(const char *name, int flags, mode_t mode); // need: none
int shm_unlink(const char *name); // need: none
void *shmat(int id, const void *addr, int flags); // need: none
int shmctl(int id, int cmd, struct shmid_ds *buf); // need: none
int shmdt(const void *addr); // need: none
int shmget(key_t key, size_t size, int flags); // need: none
int shutdown(int fd, int how); // need: none; traits: signal-safe
const char *sigabbrev_np(int sig); // need: none
int sigaction(int sig, const struct sigaction *act, struct sigaction *old); // need: none; traits: signal-safe
int sigaddset(sigset_t *set, int sig); // need: none; traits: signal-safe
int sigaltstack(const stack_t *stack, stack_t *old); // need: none
int sigdelset(sigset_t *set, int sig); // need: none; traits: signal-safe
const char *sigdescr_np(int sig); // need: none
int sigemptyset(sigset_t *set); // need: none; traits: signal-safe
int sigfillset(sigset_t *set); // need: none; traits: signal-safe
int siginterrupt(int sig, int on); // need: none
int sigismember(const sigset_t *set, int sig); // need: none; traits: signal-safe
sighandler_t signal(int sig, sighandler_t handler); // need: none; traits: signal-safe
int signalfd(int fd, const sigset_t *set, int flags); // need: none
int sigpending(sigset_t *set); // need: none; traits: signal-safe
int sigprocmask(int how, const sigset_t *set, sigset_t *old); // need: none; traits: signal-safe
int sigsuspend(const sigset_t *mask); // need: none; traits: signal-safe, blocks
int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout); // need: none; traits: blocks
int sigwait(const sigset_t *set, int *sig); // need: none; traits: blocks
int sigwaitinfo(const sigset_t *set, siginfo_t *info); // need: none; traits: blocks
unsigned int sleep(unsigned int seconds); // need: none; traits: signal-safe, blocks, timed
int snprintf(char *buf, size_t size, const char *format, ...); // need: locale, allocator
int sockatmark(int fd); // need: none; traits: signal-safe
int socket(int domain, int type, int protocol); // need: none; traits: signal-safe
int socketpair(int domain, int type, int protocol, int fds[2]); // need: none; traits: signal-safe
ssize_t splice(int in, off64_t *in_off, int out, off64_t *out_off, size_t len, unsigned int flags); // need: none; traits: blocks
int sprintf(char *buf, const char *format, ...); // need: locale, allocator
void srand(unsigned int seed); // need: random
void srand48(long seed); // need: random
void srandom(unsigned int seed); // need: random
int sscanf(const char *str, const char *format, ...); // need: locale, allocator
int stat(const char *path, struct stat *st); // need: none; traits: signal-safe
int stat64(const char *path, struct stat64 *st); // need: none
int statfs(const char *path, struct statfs *st); // need: none
int statvfs(const char *path, struct statvfs *st); // need: none
int statx(int fd, const char *path, int flags, unsigned int mask, struct statx *st); // need: none
char *stpcpy(char *to, const char *from); // need: none; traits: signal-safe
char *stpncpy(char *to, const char *from, size_t size); // need: none; traits: signal-safe
int strcasecmp(const char *a, const char *b); // need: locale
char *strcasestr(const char *str, const char *part); // need: locale
char *strcat(char *to, const char *from); // need: none; traits: signal-safe
char *strchr(const char *str, int c); // need: none; traits: signal-safe
char *strchrnul(const char *str, int c); // need: none
int strcmp(const char *a, const char *b); // need: none; traits: signal-safe
int strcoll(const char *a, const char *b); // need: locale, allocator
char *strcpy(char *to, const char *from); // need: none; traits: signal-safe
size_t strcspn(const char *str, const char *reject); // need: none; traits: signal-safe
char *strdup(const char *str); // need: allocator
char *strerror(int err); // need: locale, allocator, environ, iconv, loader, stdio
char *strerror_l(int err, locale_t locale); // need: locale, allocator, environ, iconv, loader, stdio
char *strerror_r(int err, char *buf, size_t size); // need: locale, allocator, environ, iconv, loader, stdio
const char *strerrorname_np(int err); // need: none
size_t strftime(char *buf, size_t size, const char *format, const struct tm *tm); // need: time, environ, allocator, stdio, locale
size_t strlen(const char *str); // need: none; traits: signal-safe
int strncasecmp(const char *a, const char *b, size_t size); // need: locale
char *strncat(char *to, const char *from, size_t size); // need: none; traits: signal-safe
int strncmp(const char *a, const char *b, size_t size); // need: none; traits: signal-safe
char *strncpy(char *to, const char *from, size_t size); // need: none; traits: signal-safe
char *strndup(const char *str, size_t max); // need: allocator
size_t strnlen(const char *str, size_t max); // need: none; traits: signal-safe
char *strpbrk(const char *str, const char *accept); // need: none; traits: signal-safe
char *strptime(const char *str, const char *format, struct tm *tm); // need: time, environ, allocator, stdio, locale
char *strrchr(const char *str, int c); // need: none; traits: signal-safe
char *strsep(char **str, const char *delim); // need: none
char *strsignal(int sig); // need: locale, allocator, environ, iconv, loader, stdio
size_t strspn(const char *str, const char *accept); // need: none; traits: signal-safe
char *strstr(const char *str, const char *part); // need: none; traits: signal-safe
double strtod(const char *str, char **end); // need: locale
float strtof(const char *str, char **end); // need: locale
intmax_t strtoimax(const char *str, char **end, int base); // need: locale
char *strtok(char *str, const char *delim); // need: other
char *strtok_r(char *str, const char *delim, char **save); // need: none; traits: signal-safe
long strtol(const char *str, char **end, int base); // need: locale
long double strtold(const char *str, char **end); // need: locale
long long strtoll(const char *str, char **end, int base); // need: locale
unsigned long strtoul(const char *str, char **end, int base); // need: locale
unsigned long long strtoull(const char *str, char **end, int base); // need: locale
uintmax_t strtoumax(const char *str, char **end, int base); // need: locale
int strverscmp(const char *a, const char *b); // need: none
size_t strxfrm(char *to, const char *from, size_t size); // need: locale, allocator
int swapoff(const char *path); // need: none
int swapon(const char *path, int flags); // need: none
int symlink(const char *target, const char *path); // need: none; traits: signal-safe
int symlinkat(const char *target, int fd, const char *path); // need: none; traits: signal-safe
void sync(void); // need: none; traits: blocks
int sync_file_range(int fd, off64_t off, off64_t len, unsigned int flags); // need: none; traits: blocks
int syncfs(int fd); // need: none; traits: blocks
long syscall(long number, ...); // need: none; traits: blocks, threads, timed
long sysconf(int name); // need: allocator
int sysinfo(struct sysinfo *info); // need: none
void syslog(int priority, const char *format, ...); // need: syslog, time, environ, allocator, stdio, locale, iconv, loader; traits: blocks
int system(const char *command); // need: all; traits: blocks, threads
int tcdrain(int fd); // need: none; traits: signal-safe, blocks
int tcflow(int fd, int action); // need: none; traits: signal-safe
int tcflush(int fd, int queue); // need: none; traits: signal-safe
int tcgetattr(int fd, struct termios *tio); // need: none; traits: signal-safe
pid_t tcgetpgrp(int fd); // need: none; traits: signal-safe
pid_t tcgetsid(int fd); // need: none
int tcsendbreak(int fd, int duration); // need: none; traits: signal-safe, blocks
int tcsetattr(int fd, int actions, const struct termios *tio); // need: none; traits: signal-safe, blocks
int tcsetpgrp(int fd, pid_t group); // need: none; traits: signal-safe
ssize_t tee(int in, int out, size_t len, unsigned int flags); // need: none; traits: blocks
long telldir(DIR *dir); // need: allocator
char *tempnam(const char *dir, const char *prefix); // need: allocator, environ
char *textdomain(const char *domain); // need: locale, allocator, environ, iconv, loader, stdio
int tgkill(pid_t tgid, pid_t tid, int sig); // need: none
time_t time(time_t *ret); // need: none; traits: signal-safe
time_t timegm(struct tm *tm); // need: time, environ, allocator, stdio, locale
time_t timelocal(struct tm *tm); // need: time, environ, allocator, stdio, locale
int timer_create(clockid_t clock, struct sigevent *event, timer_t *timer); // need: all; traits: threads
int timer_delete(timer_t timer); // need: all; traits: threads
int timer_getoverrun(timer_t timer); // need: none; traits: signal-safe
int timer_gettime(timer_t timer, struct itimerspec *value); // need: none; traits: signal-safe
int timer_settime(timer_t timer, int flags, const struct itimerspec *value, struct itimerspec *old); // need: none; traits: signal-safe
int timerfd_create(clockid_t clock, int flags); // need: none
int timerfd_gettime(int fd, struct itimerspec *value); // need: none
int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old); // need: none
clock_t times(struct tms *buf); // need: none; traits: signal-safe
int timespec_get(struct timespec *ts, int base); // need: none
FILE *tmpfile(void); // need: allocator, stdio
char *tmpnam(char *buf); // need: other
int tolower(int c); // need: locale
int toupper(int c); // need: locale
wint_t towlower(wint_t c); // need: locale
wint_t towupper(wint_t c); // need: locale
int truncate(const char *path, off_t len); // need: none
int truncate64(const char *path, off64_t len); // need: none
char *ttyname(int fd); // need: allocator, other
int ttyname_r(int fd, char *buf, size_t size); // need: allocator
void tzset(void); // need: time, environ, allocator, stdio, locale
mode_t umask(mode_t mask); // need: none; traits: signal-safe
int umount(const char *path); // need: none
int umount2(const char *path, int flags); // need: none
int uname(struct utsname *name); // need: none; traits: signal-safe
int ungetc(int c, FILE *stream); // need: allocator, stdio
int unlink(const char *path); // need: none; traits: signal-safe
int unlinkat(int fd, const char *path, int flags); // need: none; traits: signal-safe
int unlockpt(int fd); // need: none
int unsetenv(const char *name); // need: allocator, environ
int unshare(int flags); // need: none
locale_t uselocale(locale_t locale); // need: locale
int usleep(useconds_t usec); // need: none; traits: blocks, timed
int utime(const char *path, const struct utimbuf *times); // need: none; traits: signal-safe
int utimensat(int fd, const char *path, const struct timespec *times, int flags); // need: none; traits: signal-safe
int utimes(const char *path, const struct timeval *times); // need: none; traits: signal-safe
void *valloc(size_t size); // need: allocator
int vhangup(void); // need: none
pid_t wait(int *status); // need: none; traits: signal-safe, blocks
pid_t wait3(int *status, int options, struct rusage *usage); // need: none; traits: blocks
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage); // need: none; traits: blocks
int waitid(idtype_t type, id_t id, siginfo_t *info, int options); // need: none; traits: blocks
pid_t waitpid(pid_t pid, int *status, int options); // need: none; traits: signal-safe, blocks
void warn(const char *format, ...); // need: allocator, stdio, locale, environ, iconv, loader; traits: blocks
void warnx(const char *format, ...); // need: allocator, stdio, locale, environ, iconv, loader; traits: blocks
wchar_t *wcscat(wchar_t *to, const wchar_t *from); // need: none; traits: signal-safe
wchar_t *wcschr(const wchar_t *str, wchar_t c); // need: none; traits: signal-safe
int wcscmp(const wchar_t *a, const wchar_t *b); // need: none; traits: signal-safe
wchar_t *wcscpy(wchar_t *to, const wchar_t *from); // need: none; traits: signal-safe
wchar_t *wcsdup(const wchar_t *str); // need: allocator
size_t wcslen(const wchar_t *str); // need: none; traits: signal-safe
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t num); // need: none; traits: signal-safe
wchar_t *wcsncpy(wchar_t *to, const wchar_t *from, size_t num); // need: none; traits: signal-safe
size_t wcstombs(char *to, const wchar_t *from, size_t size); // need: locale, allocator, environ, iconv, loader, stdio
int wctob(wint_t c); // need: locale, allocator, environ, iconv, loader, stdio
int wctomb(char *to, wchar_t from); // need: locale, allocator, environ, iconv, loader, stdio
wchar_t *wmemset(wchar_t *mem, wchar_t c, size_t num); // need: none; traits: signal-safe
int wordexp(const char *words, wordexp_t *exp, int flags); // need: all; traits: blocks, threads
int wprintf(const wchar_t *format, ...); // need: allocator, stdio, locale, iconv, loader, environ; traits: blocks
ssize_t write(int fd, const void *buf, size_t size); // need: none; traits: signal-safe, blocks
ssize_t writev(int fd, const struct iovec *iov, int num); // need: none; traits: blocks

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jemalloc, with and without the prefix je_. mallctl may start background threads and write profiles. The format is described in libc.h. */
// library: jemalloc
void dallocx(void *mem, int flags); // need: allocator
void *je_aligned_alloc(size_t align, size_t size); // need: allocator
void *je_calloc(size_t num, size_t size); // need: allocator
void je_dallocx(void *mem, int flags); // need: allocator
void je_free(void *mem); // need: allocator
int je_mallctl(const char *name, void *old, size_t *old_len, void *value, size_t len); // need: allocator, stdio, loader, threads, unwinder, environ; traits: blocks, threads
int je_mallctlbymib(const size_t *mib, size_t mib_len, void *old, size_t *old_len, void *value, size_t len); // need: allocator, stdio, loader, threads, unwinder, environ; traits: blocks, threads
int je_mallctlnametomib(const char *name, size_t *mib, size_t *mib_len); // need: allocator
void *je_malloc(size_t size); // need: allocator
void je_malloc_stats_print(void (*write)(void *data, const char *text), void *data, const char *options); // need: allocator, stdio, locale; traits: blocks
size_t je_malloc_usable_size(void *mem); // need: allocator
void *je_mallocx(size_t size, int flags); // need: allocator
size_t je_nallocx(size_t size, int flags); // need: allocator
int je_posix_memalign(void **mem, size_t align, size_t size); // need: allocator
void *je_rallocx(void *mem, size_t size, int flags); // need: allocator
void *je_realloc(void *mem, size_t size); // need: allocator
size_t je_sallocx(const void *mem, int flags); // need: allocator
void je_sdallocx(void *mem, size_t size, int flags); // need: allocator
size_t je_xallocx(void *mem, size_t size, size_t extra, int flags); // need: allocator
int mallctl(const char *name, void *old, size_t *old_len, void *value, size_t len); // need: allocator, stdio, loader, threads, unwinder, environ; traits: blocks, threads
int mallctlbymib(const size_t *mib, size_t mib_len, void *old, size_t *old_len, void *value, size_t len); // need: allocator, stdio, loader, threads, unwinder, environ; traits: blocks, threads
int mallctlnametomib(const char *name, size_t *mib, size_t *mib_len); // need: allocator
void malloc_stats_print(void (*write)(void *data, const char *text), void *data, const char *options); // need: allocator, stdio, locale; traits: blocks
void *mallocx(size_t size, int flags); // need: allocator
size_t nallocx(size_t size, int flags); // need: allocator
void *rallocx(void *mem, size_t size, int flags); // need: allocator
size_t sallocx(const void *mem, int flags); // need: allocator
void sdallocx(void *mem, size_t size, int flags); // need: allocator
size_t xallocx(void *mem, size_t size, size_t extra, int flags); // need: allocator

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Boehm-Demers-Weiser collector. A collection scans stacks and may run finalizers. The format is described in libc.h. */
// library: libgc
int GC_collect_a_little(void); // need: all
void GC_disable(void); // need: all
void GC_dump(void); // need: all
void GC_enable(void); // need: all
void GC_free(void *mem); // need: all
void GC_gcollect(void); // need: all
void GC_gcollect_and_unmap(void); // need: all
size_t GC_get_bytes_since_gc(void); // need: collector
size_t GC_get_free_bytes(void); // need: collector
unsigned long GC_get_gc_no(void); // need: collector
size_t GC_get_heap_size(void); // need: collector
size_t GC_get_total_bytes(void); // need: collector
int GC_is_disabled(void); // need: all
void *GC_malloc(size_t size); // need: all
void *GC_malloc_atomic(size_t size); // need: all

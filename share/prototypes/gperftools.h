/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gperftools: tcmalloc and its profilers, which unwind stacks and write files. The format is described in libc.h. */
// library: gperftools
char *GetHeapProfile(void); // need: all; traits: blocks
void HeapProfilerDump(const char *reason); // need: all; traits: blocks
void HeapProfilerStart(const char *prefix); // need: all; traits: blocks
void HeapProfilerStop(void); // need: all; traits: blocks
int IsHeapProfilerRunning(void); // need: none
size_t MallocExtension_GetAllocatedSize(const void *mem); // need: allocator
size_t MallocExtension_GetEstimatedAllocatedSize(size_t size); // need: allocator
int MallocExtension_GetNumericProperty(const char *property, size_t *value); // need: allocator
int MallocExtension_GetOwnership(const void *mem); // need: allocator
void MallocExtension_GetStats(char *buf, int size); // need: allocator, stdio, locale
size_t MallocExtension_GetThreadCacheSize(void); // need: allocator
int MallocExtension_MallocMemoryStats(int *blocks, size_t *total, int histogram[64]); // need: allocator
void MallocExtension_MarkThreadBusy(void); // need: allocator
void MallocExtension_MarkThreadIdle(void); // need: allocator
void MallocExtension_MarkThreadTemporarilyIdle(void); // need: allocator
void MallocExtension_ReleaseFreeMemory(void); // need: allocator
void MallocExtension_ReleaseToSystem(size_t bytes); // need: allocator
int MallocExtension_SetNumericProperty(const char *property, size_t value); // need: allocator
int MallocExtension_VerifyAllMemory(void); // need: allocator
int MallocExtension_VerifyArrayNewMemory(const void *mem); // need: allocator
int MallocExtension_VerifyMallocMemory(const void *mem); // need: allocator
int MallocExtension_VerifyNewMemory(const void *mem); // need: allocator
void ProfilerDisable(void); // need: all
void ProfilerEnable(void); // need: all
void ProfilerFlush(void); // need: all; traits: blocks
void ProfilerRegisterThread(void); // need: all
int ProfilerStart(const char *path); // need: all; traits: blocks
void ProfilerStop(void); // need: all; traits: blocks
int ProfilingIsEnabledForAllThreads(void); // need: all
void *tc_calloc(size_t num, size_t size); // need: allocator
void tc_free(void *mem); // need: allocator
void *tc_malloc(size_t size); // need: allocator
size_t tc_malloc_size(void *mem); // need: allocator
void tc_malloc_stats(void); // need: allocator, stdio, locale
int tc_mallopt(int param, int value); // need: allocator
void *tc_memalign(size_t align, size_t size); // need: allocator
size_t tc_nallocx(size_t size, int flags); // need: allocator
int tc_posix_memalign(void **mem, size_t align, size_t size); // need: allocator
void *tc_pvalloc(size_t size); // need: allocator
int tc_query_new_mode(void); // need: allocator
void *tc_realloc(void *mem, size_t size); // need: allocator
int tc_set_new_mode(int mode); // need: allocator
void *tc_valloc(size_t size); // need: allocator
const char *tc_version(int *major, int *minor, const char **patch); // need: none

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
void MallocExtension_GetStats(char *buf, int size); // need: allocator, stdio, locale
void MallocExtension_MarkThreadBusy(void); // need: allocator
void MallocExtension_MarkThreadIdle(void); // need: allocator
void MallocExtension_ReleaseFreeMemory(void); // need: allocator
void MallocExtension_ReleaseToSystem(size_t bytes); // need: allocator
int MallocExtension_SetNumericProperty(const char *property, size_t value); // need: allocator
int MallocExtension_VerifyAllMemory(void); // need: allocator
void ProfilerFlush(void); // need: all; traits: blocks
int ProfilerStart(const char *path); // need: all; traits: blocks
void ProfilerStop(void); // need: all; traits: blocks
int ProfilingIsEnabledForAllThreads(void); // need: all
void tc_malloc_stats(void); // need: allocator, stdio, locale

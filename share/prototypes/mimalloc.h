/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mimalloc 2.0. Written by scripts/prototypes/generate. The format is described in libc.h. */
// library: mimalloc
void *mi__expand(void *p, size_t newsize); // need: allocator
void *mi_aligned_alloc(size_t alignment, size_t size); // need: allocator
void *mi_aligned_offset_recalloc(void *p, size_t newcount, size_t size, size_t alignment, size_t offset); // need: allocator
void *mi_aligned_recalloc(void *p, size_t newcount, size_t size, size_t alignment); // need: allocator
void *mi_arena_area(int arena_id, size_t *size); // need: allocator
void *mi_calloc(size_t count, size_t size); // need: allocator
void *mi_calloc_aligned(size_t count, size_t size, size_t alignment); // need: allocator
void *mi_calloc_aligned_at(size_t count, size_t size, size_t alignment, size_t offset); // need: allocator
void mi_cfree(void *p); // need: allocator
bool mi_check_owned(const void *p); // need: allocator
void mi_collect(bool force); // need: allocator
void mi_debug_show_arenas(void); // need: allocator
int mi_dupenv_s(char **buf, size_t *size, const char *name); // need: allocator
void *mi_expand(void *p, size_t newsize); // need: allocator
void mi_free(void *p); // need: allocator
void mi_free_aligned(void *p, size_t alignment); // need: allocator
void mi_free_size(void *p, size_t size); // need: allocator
void mi_free_size_aligned(void *p, size_t size, size_t alignment); // need: allocator
size_t mi_good_size(size_t size); // need: allocator
void *mi_heap_alloc_new(mi_heap_t *heap, size_t size); // need: allocator
void *mi_heap_alloc_new_n(mi_heap_t *heap, size_t count, size_t size); // need: allocator
void *mi_heap_calloc(mi_heap_t *heap, size_t count, size_t size); // need: allocator
void *mi_heap_calloc_aligned(mi_heap_t *heap, size_t count, size_t size, size_t alignment); // need: allocator
void *mi_heap_calloc_aligned_at(mi_heap_t *heap, size_t count, size_t size, size_t alignment, size_t offset); // need: allocator
bool mi_heap_check_owned(mi_heap_t *heap, const void *p); // need: allocator
void mi_heap_collect(mi_heap_t *heap, bool force); // need: allocator
bool mi_heap_contains_block(mi_heap_t *heap, const void *p); // need: allocator
void mi_heap_delete(mi_heap_t *heap); // need: allocator
void mi_heap_destroy(mi_heap_t *heap); // need: allocator
mi_heap_t *mi_heap_get_backing(void); // need: allocator
mi_heap_t *mi_heap_get_default(void); // need: allocator
void *mi_heap_malloc(mi_heap_t *heap, size_t size); // need: allocator
void *mi_heap_malloc_aligned(mi_heap_t *heap, size_t size, size_t alignment); // need: allocator
void *mi_heap_malloc_aligned_at(mi_heap_t *heap, size_t size, size_t alignment, size_t offset); // need: allocator
void *mi_heap_malloc_small(mi_heap_t *heap, size_t size); // need: allocator
void *mi_heap_mallocn(mi_heap_t *heap, size_t count, size_t size); // need: allocator
mi_heap_t *mi_heap_new(void); // need: allocator
mi_heap_t *mi_heap_new_in_arena(int arena_id); // need: allocator
void *mi_heap_realloc(mi_heap_t *heap, void *p, size_t newsize); // need: allocator
void *mi_heap_realloc_aligned(mi_heap_t *heap, void *p, size_t newsize, size_t alignment); // need: allocator
void *mi_heap_realloc_aligned_at(mi_heap_t *heap, void *p, size_t newsize, size_t alignment, size_t offset); // need: allocator
void *mi_heap_reallocf(mi_heap_t *heap, void *p, size_t newsize); // need: allocator
void *mi_heap_reallocn(mi_heap_t *heap, void *p, size_t count, size_t size); // need: allocator
char *mi_heap_realpath(mi_heap_t *heap, const char *fname, char *resolved_name); // need: allocator
void *mi_heap_recalloc(mi_heap_t *heap, void *p, size_t newcount, size_t size); // need: allocator
void *mi_heap_recalloc_aligned(mi_heap_t *heap, void *p, size_t newcount, size_t size, size_t alignment); // need: allocator
void *mi_heap_recalloc_aligned_at(mi_heap_t *heap, void *p, size_t newcount, size_t size, size_t alignment, size_t offset); // need: allocator
void *mi_heap_rezalloc(mi_heap_t *heap, void *p, size_t newsize); // need: allocator
void *mi_heap_rezalloc_aligned(mi_heap_t *heap, void *p, size_t newsize, size_t alignment); // need: allocator
void *mi_heap_rezalloc_aligned_at(mi_heap_t *heap, void *p, size_t newsize, size_t alignment, size_t offset); // need: allocator
mi_heap_t *mi_heap_set_default(mi_heap_t *heap); // need: allocator
char *mi_heap_strdup(mi_heap_t *heap, const char *s); // need: allocator
char *mi_heap_strndup(mi_heap_t *heap, const char *s, size_t n); // need: allocator
bool mi_heap_visit_blocks(const mi_heap_t *heap, bool visit_all_blocks, mi_block_visit_fun *visitor, void *arg); // need: all
void *mi_heap_zalloc(mi_heap_t *heap, size_t size); // need: allocator
void *mi_heap_zalloc_aligned(mi_heap_t *heap, size_t size, size_t alignment); // need: allocator
void *mi_heap_zalloc_aligned_at(mi_heap_t *heap, size_t size, size_t alignment, size_t offset); // need: allocator
bool mi_is_in_heap_region(const void *p); // need: allocator
bool mi_is_redirected(void); // need: allocator
void *mi_malloc(size_t size); // need: allocator
void *mi_malloc_aligned(size_t size, size_t alignment); // need: allocator
void *mi_malloc_aligned_at(size_t size, size_t alignment, size_t offset); // need: allocator
size_t mi_malloc_good_size(size_t size); // need: allocator
size_t mi_malloc_size(const void *p); // need: allocator
void *mi_malloc_small(size_t size); // need: allocator
size_t mi_malloc_usable_size(const void *p); // need: allocator
void *mi_mallocn(size_t count, size_t size); // need: allocator
bool mi_manage_os_memory(void *start, size_t size, bool is_committed, bool is_large, bool is_zero, int numa_node); // need: allocator
bool mi_manage_os_memory_ex(void *start, size_t size, bool is_committed, bool is_large, bool is_zero, int numa_node, bool exclusive, mi_arena_id_t *arena_id); // need: allocator
unsigned char *mi_mbsdup(const unsigned char *s); // need: allocator
void *mi_memalign(size_t alignment, size_t size); // need: allocator
void mi_option_disable(int option); // need: allocator
void mi_option_enable(int option); // need: allocator
long mi_option_get(int option); // need: allocator
long mi_option_get_clamp(int option, long min, long max); // need: allocator
bool mi_option_is_enabled(int option); // need: allocator
void mi_option_set(int option, long value); // need: allocator
void mi_option_set_default(int option, long value); // need: allocator
void mi_option_set_enabled(int option, bool enable); // need: allocator
void mi_option_set_enabled_default(int option, bool enable); // need: allocator
int mi_posix_memalign(void **p, size_t alignment, size_t size); // need: allocator
void mi_process_info(size_t *elapsed_msecs, size_t *user_msecs, size_t *system_msecs, size_t *current_rss, size_t *peak_rss, size_t *current_commit, size_t *peak_commit, size_t *page_faults); // need: allocator
void mi_process_init(void); // need: allocator
void *mi_pvalloc(size_t size); // need: allocator
void *mi_realloc(void *p, size_t newsize); // need: allocator
void *mi_realloc_aligned(void *p, size_t newsize, size_t alignment); // need: allocator
void *mi_realloc_aligned_at(void *p, size_t newsize, size_t alignment, size_t offset); // need: allocator
int mi_reallocarr(void *p, size_t count, size_t size); // need: allocator
void *mi_reallocarray(void *p, size_t count, size_t size); // need: allocator
void *mi_reallocf(void *p, size_t newsize); // need: allocator
void *mi_reallocn(void *p, size_t count, size_t size); // need: allocator
char *mi_realpath(const char *fname, char *resolved_name); // need: allocator
void *mi_recalloc(void *p, size_t newcount, size_t size); // need: allocator
void *mi_recalloc_aligned(void *p, size_t newcount, size_t size, size_t alignment); // need: allocator
void *mi_recalloc_aligned_at(void *p, size_t newcount, size_t size, size_t alignment, size_t offset); // need: allocator
void mi_register_deferred_free(mi_deferred_free_fun *deferred_free, void *arg); // need: all
void mi_register_error(mi_error_fun *fun, void *arg); // need: all
void mi_register_output(mi_output_fun *out, void *arg); // need: all
int mi_reserve_huge_os_pages(size_t pages, double max_secs, size_t *pages_reserved); // need: allocator
int mi_reserve_huge_os_pages_at(size_t pages, int numa_node, size_t timeout_msecs); // need: allocator
int mi_reserve_huge_os_pages_at_ex(size_t pages, int numa_node, size_t timeout_msecs, bool exclusive, mi_arena_id_t *arena_id); // need: allocator
int mi_reserve_huge_os_pages_interleave(size_t pages, size_t numa_nodes, size_t timeout_msecs); // need: allocator
int mi_reserve_os_memory(size_t size, bool commit, bool allow_large); // need: allocator
int mi_reserve_os_memory_ex(size_t size, bool commit, bool allow_large, bool exclusive, mi_arena_id_t *arena_id); // need: allocator
void *mi_rezalloc(void *p, size_t newsize); // need: allocator
void *mi_rezalloc_aligned(void *p, size_t newsize, size_t alignment); // need: allocator
void *mi_rezalloc_aligned_at(void *p, size_t newsize, size_t alignment, size_t offset); // need: allocator
void mi_stats_merge(void); // need: allocator
void mi_stats_print(void *out); // need: allocator, stdio, locale; traits: blocks
void mi_stats_print_out(mi_output_fun *out, void *arg); // need: allocator, stdio, locale; traits: blocks
void mi_stats_reset(void); // need: allocator
char *mi_strdup(const char *s); // need: allocator
char *mi_strndup(const char *s, size_t n); // need: allocator
void mi_thread_done(void); // need: allocator
void mi_thread_init(void); // need: allocator
void mi_thread_stats_print_out(mi_output_fun *out, void *arg); // need: allocator, stdio, locale; traits: blocks
size_t mi_usable_size(const void *p); // need: allocator
void *mi_valloc(size_t size); // need: allocator
int mi_version(void); // need: allocator
unsigned short *mi_wcsdup(const unsigned short *s); // need: allocator
int mi_wdupenv_s(unsigned short **buf, size_t *size, const unsigned short *name); // need: allocator
void *mi_zalloc(size_t size); // need: allocator
void *mi_zalloc_aligned(size_t size, size_t alignment); // need: allocator
void *mi_zalloc_aligned_at(size_t size, size_t alignment, size_t offset); // need: allocator
void *mi_zalloc_small(size_t size); // need: allocator

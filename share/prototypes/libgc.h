/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Boehm-Demers-Weiser collector 8.2. A collection scans stacks and may run finalizers. Written by scripts/prototypes/generate. The format is described in libc.h. */
// library: libgc
void GC_abort_on_oom(void); // need: all
void GC_add_roots(void *, void *); // need: all
void GC_atfork_child(void); // need: all
void GC_atfork_parent(void); // need: all
void GC_atfork_prepare(void); // need: all
void *GC_base(void *); // need: all
void *GC_call_with_alloc_lock(void *(*)(void *), void *); // need: all
void *GC_call_with_gc_active(void *(*)(void *), void *); // need: all
void *GC_call_with_stack_base(void *(*)(struct GC_stack_base *, void *), void *); // need: all
void GC_change_stubborn(const void *); // need: all
void GC_clear_exclusion_table(void); // need: all
void GC_clear_roots(void); // need: all
int GC_collect_a_little(void); // need: all
void GC_debug_change_stubborn(const void *); // need: all
void GC_debug_end_stubborn_change(const void *); // need: all
void GC_debug_free(void *); // need: all
void *GC_debug_malloc(size_t, const char *s, int i); // need: all
void *GC_debug_malloc_atomic(size_t, const char *s, int i); // need: all
void *GC_debug_malloc_atomic_ignore_off_page(size_t, const char *s, int i); // need: all
void *GC_debug_malloc_atomic_uncollectable(size_t, const char *s, int i); // need: all
void *GC_debug_malloc_ignore_off_page(size_t, const char *s, int i); // need: all
void *GC_debug_malloc_replacement(size_t); // need: all
void *GC_debug_malloc_stubborn(size_t, const char *s, int i); // need: all
void *GC_debug_malloc_uncollectable(size_t, const char *s, int i); // need: all
void GC_debug_ptr_store_and_dirty(void *, const void *); // need: all
void *GC_debug_realloc(void *, size_t, const char *s, int i); // need: all
void *GC_debug_realloc_replacement(void *, size_t); // need: all
void GC_debug_register_displacement(size_t); // need: all
void GC_debug_register_finalizer(void *, void (*)(void *, void *), void *, GC_finalization_proc *, void **); // need: all
void GC_debug_register_finalizer_ignore_self(void *, void (*)(void *, void *), void *, GC_finalization_proc *, void **); // need: all
void GC_debug_register_finalizer_no_order(void *, void (*)(void *, void *), void *, GC_finalization_proc *, void **); // need: all
void GC_debug_register_finalizer_unreachable(void *, void (*)(void *, void *), void *, GC_finalization_proc *, void **); // need: all
char *GC_debug_strdup(const char *, const char *s, int i); // need: all
char *GC_debug_strndup(const char *, size_t, const char *s, int i); // need: all
void GC_deinit(void); // need: all
void GC_disable(void); // need: all
void *GC_do_blocking(void *(*)(void *), void *); // need: all
void GC_dump(void); // need: all
void GC_dump_finalization(void); // need: all
void GC_dump_named(const char *); // need: all
void GC_dump_regions(void); // need: all
void GC_enable(void); // need: all
void GC_enable_incremental(void); // need: all
void GC_end_stubborn_change(const void *); // need: all
void GC_exclude_static_roots(void *, void *); // need: all
int GC_expand_hp(size_t); // need: all
void GC_free(void *); // need: all
void GC_gcollect(void); // need: all
void GC_gcollect_and_unmap(void); // need: all
int GC_general_register_disappearing_link(void **, const void *); // need: all
int GC_get_all_interior_pointers(void); // need: all
unsigned long GC_get_allocd_bytes_per_finalizer(void); // need: all
size_t GC_get_bytes_since_gc(void); // need: collector
int GC_get_disable_automatic_collection(void); // need: all
int GC_get_dont_expand(void); // need: all
int GC_get_dont_precollect(void); // need: all
size_t GC_get_expl_freed_bytes_since_gc(void); // need: all
int GC_get_finalize_on_demand(void); // need: all
int GC_get_find_leak(void); // need: all
int GC_get_force_unmap_on_gcollect(void); // need: all
size_t GC_get_free_bytes(void); // need: collector
unsigned long GC_get_free_space_divisor(void); // need: all
int GC_get_full_freq(void); // need: all
unsigned long GC_get_full_gc_total_time(void); // need: all
unsigned long GC_get_gc_no(void); // need: collector
size_t GC_get_heap_size(void); // need: collector
void GC_get_heap_usage_safe(GC_word *, GC_word *, GC_word *, GC_word *, GC_word *); // need: all
int GC_get_java_finalization(void); // need: all
int GC_get_manual_vdb_allowed(void); // need: all
int GC_get_max_prior_attempts(void); // need: all
unsigned long GC_get_max_retries(void); // need: all
size_t GC_get_memory_use(void); // need: all
size_t GC_get_min_bytes_allocd(void); // need: all
void *GC_get_my_stackbottom(struct GC_stack_base *); // need: all
int GC_get_no_dls(void); // need: all
unsigned long GC_get_non_gc_bytes(void); // need: all
size_t GC_get_obtained_from_os_bytes(void); // need: all
int GC_get_pages_executable(void); // need: all
size_t GC_get_prof_stats(struct GC_prof_stats_s *, size_t); // need: all
int GC_get_rate(void); // need: all
size_t GC_get_size_map_at(int i); // need: all
int GC_get_stack_base(struct GC_stack_base *); // need: all
unsigned long GC_get_time_limit(void); // need: all
struct GC_timeval_s {unsigned long tv_ms; unsigned long tv_nsec;} GC_get_time_limit_tv(void); // need: all
size_t GC_get_total_bytes(void); // need: collector
size_t GC_get_unmapped_bytes(void); // need: all
unsigned GC_get_version(void); // need: all
void GC_ignore_warn_proc(char *, unsigned long); // need: all
int GC_incremental_protection_needs(void); // need: all
void GC_init(void); // need: all
int GC_invoke_finalizers(void); // need: all
int GC_is_disabled(void); // need: all
int GC_is_heap_ptr(const void *); // need: all
int GC_is_incremental_mode(void); // need: all
int GC_is_init_called(void); // need: all
void *GC_is_valid_displacement(void *); // need: all
void *GC_is_visible(void *); // need: all
void *GC_malloc(size_t); // need: all
void *GC_malloc_atomic(size_t); // need: all
void *GC_malloc_atomic_ignore_off_page(size_t); // need: all
void *GC_malloc_atomic_uncollectable(size_t); // need: all
void *GC_malloc_ignore_off_page(size_t); // need: all
void *GC_malloc_many(size_t); // need: all
void *GC_malloc_stubborn(size_t); // need: all
void *GC_malloc_uncollectable(size_t); // need: all
void *GC_memalign(size_t, size_t); // need: all
int GC_move_disappearing_link(void **, void **); // need: all
int GC_move_long_link(void **, void **); // need: all
int GC_posix_memalign(void **, size_t, size_t); // need: all
void *GC_post_incr(void **, ptrdiff_t); // need: all
void *GC_pre_incr(void **, ptrdiff_t); // need: all
void GC_ptr_store_and_dirty(void *, const void *); // need: all
void *GC_realloc(void *, size_t); // need: all
int GC_register_disappearing_link(void **); // need: all
void GC_register_displacement(size_t); // need: all
void GC_register_finalizer(void *, void (*)(void *, void *), void *, GC_finalization_proc *, void **); // need: all
void GC_register_finalizer_ignore_self(void *, void (*)(void *, void *), void *, GC_finalization_proc *, void **); // need: all
void GC_register_finalizer_no_order(void *, void (*)(void *, void *), void *, GC_finalization_proc *, void **); // need: all
void GC_register_finalizer_unreachable(void *, void (*)(void *, void *), void *, GC_finalization_proc *, void **); // need: all
void GC_register_has_static_roots_callback(int (*)(const char *, void *, size_t)); // need: all
int GC_register_long_link(void **, const void *); // need: all
void GC_remove_roots(void *, void *); // need: all
void *GC_same_obj(void *, void *); // need: all
void GC_set_abort_func(void (*)(const char *)); // need: all
void GC_set_all_interior_pointers(int); // need: all
void GC_set_allocd_bytes_per_finalizer(unsigned long); // need: all
void GC_set_await_finalize_proc(void (*)(void *)); // need: all
void GC_set_disable_automatic_collection(int); // need: all
void GC_set_dont_expand(int); // need: all
void GC_set_dont_precollect(int); // need: all
void GC_set_finalize_on_demand(int); // need: all
void GC_set_finalizer_notifier(void (*)(void)); // need: all
void GC_set_find_leak(int); // need: all
void GC_set_force_unmap_on_gcollect(int); // need: all
void GC_set_free_space_divisor(unsigned long); // need: all
void GC_set_full_freq(int); // need: all
void GC_set_handle_fork(int); // need: all
void GC_set_java_finalization(int); // need: all
void GC_set_log_fd(int); // need: all
void GC_set_manual_vdb_allowed(int); // need: all
void GC_set_max_heap_size(unsigned long); // need: all
void GC_set_max_prior_attempts(int); // need: all
void GC_set_max_retries(unsigned long); // need: all
void GC_set_min_bytes_allocd(size_t); // need: all
void GC_set_no_dls(int); // need: all
void GC_set_non_gc_bytes(unsigned long); // need: all
void GC_set_on_collection_event(void (*)(int)); // need: all
void GC_set_on_heap_resize(void (*)(unsigned long)); // need: all
void GC_set_oom_fn(void *(*)(size_t)); // need: all
void GC_set_pages_executable(int); // need: all
void GC_set_rate(int); // need: all
void GC_set_stackbottom(void *, const struct GC_stack_base *); // need: all
void GC_set_stop_func(int (*)(void)); // need: all
void GC_set_time_limit(unsigned long); // need: all
void GC_set_time_limit_tv(struct GC_timeval_s {unsigned long tv_ms; unsigned long tv_nsec;}); // need: all
void GC_set_toggleref_func(GC_ToggleRefStatus (*)(void *)); // need: all
void GC_set_warn_proc(void (*)(char *, unsigned long)); // need: all
int GC_should_invoke_finalizers(void); // need: all
size_t GC_size(const void *); // need: all
void GC_start_incremental_collection(void); // need: all
void GC_start_mark_threads(void); // need: all
void GC_start_performance_measurement(void); // need: all
char *GC_strdup(const char *); // need: all
char *GC_strndup(const char *, size_t); // need: all
int GC_toggleref_add(void *, int); // need: all
int GC_try_to_collect(int (*)(void)); // need: all
int GC_unregister_disappearing_link(void **); // need: all
int GC_unregister_long_link(void **); // need: all

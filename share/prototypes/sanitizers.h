/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runtimes of AddressSanitizer, LeakSanitizer, MemorySanitizer and their common part. The format is described in libc.h. */
// library: sanitizers
int __asan_address_is_poisoned(const volatile void *addr); // need: all
void __asan_describe_address(void *addr); // need: all; traits: blocks
void __asan_print_accumulated_stats(void); // need: all; traits: blocks
void *__asan_region_is_poisoned(void *addr, size_t size); // need: all
void __lsan_disable(void); // need: all
void __lsan_do_leak_check(void); // need: all; traits: blocks, untraced
int __lsan_do_recoverable_leak_check(void); // need: all; traits: blocks, untraced
void __lsan_enable(void); // need: all
void __msan_print_shadow(const volatile void *addr, size_t size); // need: all; traits: blocks
void __sanitizer_cov_dump(void); // need: all; traits: blocks
size_t __sanitizer_get_allocated_size(const volatile void *mem); // need: all
size_t __sanitizer_get_current_allocated_bytes(void); // need: all
size_t __sanitizer_get_free_bytes(void); // need: all
size_t __sanitizer_get_heap_size(void); // need: all
int __sanitizer_get_ownership(const volatile void *mem); // need: all
size_t __sanitizer_get_unmapped_bytes(void); // need: all
void __sanitizer_print_memory_profile(size_t percent, size_t contexts); // need: all; traits: blocks, untraced
void __sanitizer_print_stack_trace(void); // need: all; traits: blocks
void __sanitizer_set_report_fd(void *fd); // need: all
void __sanitizer_set_report_path(const char *path); // need: all; traits: blocks

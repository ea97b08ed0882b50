; SPDX-License-Identifier: LGPL-2.1-or-later
; Places of every kind in LLVM's stack maps. stackmaps.s beside it is made of it by LLVM 14:
;   opt-14 -S -passes=rewrite-statepoints-for-gc -spp-rematerialization-threshold=0 stackmaps.ll |
;   llc-14 -O2 --relocation-model=pic -fixup-allow-gcptr-in-csr -max-registers-for-gc-values=2 -o stackmaps.s
target triple = "x86_64-unknown-linux-gnu"

declare void @llvm.experimental.stackmap(i64, i32, ...)
declare i64 @llvm.experimental.patchpoint.i64(i64, i32, i8*, i32, ...)
declare void @collect()
declare i8 addrspace(1)* @allocate(i64)

; Three values that the collector may move: two in registers, one spilled.
define i8 addrspace(1)* @maps_statepoint(i8 addrspace(1)* %a, i8 addrspace(1)* %b, i8 addrspace(1)* %c) gc "statepoint-example" {
  call void @collect()
  %d = call i8 addrspace(1)* @allocate(i64 16)
  %p = getelementptr i8, i8 addrspace(1)* %a, i64 8
  %1 = load i8, i8 addrspace(1)* %p
  store i8 %1, i8 addrspace(1)* %b
  store i8 %1, i8 addrspace(1)* %c
  ret i8 addrspace(1)* %d
}

; A derived pointer beside its base.
define i8 addrspace(1)* @maps_derived(i8 addrspace(1)* %a, i64 %i) gc "statepoint-example" {
  %p = getelementptr i8, i8 addrspace(1)* %a, i64 %i
  call void @collect()
  %v = load i8, i8 addrspace(1)* %a
  store i8 %v, i8 addrspace(1)* %p
  ret i8 addrspace(1)* %p
}

; Register, Constant, ConstIndex, Direct.
define i64 @maps_places(i64 %a, i64 %b) {
  %slot = alloca [4 x i64]
  %p = getelementptr [4 x i64], [4 x i64]* %slot, i64 0, i64 1
  store i64 %a, i64* %p
  call void (i64, i32, ...) @llvm.experimental.stackmap(i64 7, i32 0, i64 %b, i32 42, i64 81985529216486895, [4 x i64]* %slot)
  %v = load i64, i64* %p
  %r = add i64 %v, %b
  ret i64 %r
}

; A call that is patched in, and what lives on behind it.
define i64 @maps_patchpoint(i64 %a, i64 %b) {
  %r = call i64 (i64, i32, i8*, i32, ...) @llvm.experimental.patchpoint.i64(i64 9, i32 16, i8* null, i32 2, i64 %a, i64 %b, i64 %b)
  %s = add i64 %r, %b
  ret i64 %s
}

; A frame whose size only the run knows.
define void @maps_variable(i64 %n, void (i64*)* %use) {
  %p = alloca i64, i64 %n
  call void %use(i64* %p)
  call void (i64, i32, ...) @llvm.experimental.stackmap(i64 11, i32 0, i64 %n)
  ret void
}

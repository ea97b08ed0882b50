(* SPDX-License-Identifier: LGPL-2.1-or-later *)
(* Frames of every kind. frames.s and frames_debug.s beside it are made of it by OCaml 4.13:
   ocamlopt -S -c frames.ml, and the same with -g. *)
external now : unit -> int = "frames_now"

let rec length = function [] -> 0 | _ :: rest -> 1 + length rest

(* Two values in the frame across calls. *)
let keep a b = let n = length a in let m = length b in (n + m, a, b)

(* An allocation: values in registers while the collector runs. *)
let pair a b = (a, (b, a))

(* A call of C that may collect. *)
let stamp a = let t = now () in (t, a)

(* An error at the end of a function: nothing returns to its return address. *)
let get (a : int array) i = a.(i)

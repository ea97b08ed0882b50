# What gdb and `interject gdb` are asked: [SECTION SOURCE [OPTION...]], then a command a line. See tests/live/gdb_commands.py.
[list gdb_commands.c]
list 10,20
info line
search main
info line
list -
list +
list .
list 5,6
list +2
list -3
list main
info line
list helper
list +
list
list
list foo,
list ,helper
list twice,helper
list "gdb_commands.c":3
list gdb_commands.c
list *0
list *0x1234567
list global
list bits
p $_
list gdb_commands.c:helper,+3
list gdb_commands.c:helper,gdb_commands.c:40
list nosuch.c:3
list gdb_commands.c:nosuch
list 95
list 89
list
list
list -
set listsize 3
list 20
list
list -
list -
show listsize
set listsize unlimited
list 80
set listsize 10
info line gdb_commands.c:20
info line twice
x/i
info line 1
info line 500
info line global
info line *0
info line *twice+3
info line 30,31
list 30
list
info source
reverse-search zzz
reverse-search twice
reverse-search include
list
[values gdb_commands.c]
break helper
run
x/4tw &global
x/2tg longs
x/4th shorts
x/3tb bytes
x/2og longs
x/2ob bytes
x/2dg longs
x/2fg &ratio
x/f &fl
x/f &ratio
x/2f &ratio
x/fw &fl
x/f &ratio
x/fh shorts
x/fb bytes
p $_
p $__
x/2c shorts
x/ch shorts
x/cg longs
x/s text
x
x/3s text
p $_
p $__
x/2hs shorts
p $_
p $__
x/2ws longs
x/gs longs
x/2bs text
x/-2xw &longs[2]
p $_
x
x/-2xb &bytes[4]
x/-3i $pc
x/2i
x/-1i helper
x deep
x/x matrix
x/2x bits
x/xw ratio
x/x 'a'
x/0x bytes
x/xb bytes
x
x/2
x/u
x/5
x/d
x/zw bytes
x/2uw longs
x/2dh shorts
x/i main
p $_
p $__
x/2i $pc
x/i
x/w text
x/bb bytes
x/xxw bytes
x/xbw bytes
x/2xw 1
p $_
x/2 bytes
x/s buffer
set print elements 4
x/s text
x/2s text
x
set print elements 200
output/x bytes
output/s text
output/d shorts
output
output 1
output/xw 3
printf "%s\n", text
printf "%5d|%-5d|%05d\n", 1, 2, 3
printf "%c%c\n", 65, 'b'
printf "%lu %ld %llx\n", 1, -1, -1
printf "%f %g %e %5.2f\n", ratio, ratio, ratio, ratio
printf "%p\n", text
printf "%p\n", 0
printf "%%\n"
printf "%s\n", buffer
printf "%s\n", 0
printf "%d\n", ratio
printf "%f\n", 3
printf "%a\n", 1.0
printf "%5s|%-8s|\n", "ab", "cd"
printf "%i %u %o %X %#x\n", 1, -1, 8, 255, 255
printf "%hhd %hd\n", 300, 70000
printf "%s %d\n", "abc"
printf "%d %d\n", 1
printf "%*d\n", 5, 1
printf "%n\n", 1
printf "%z\n", 1
printf "a\tb\a\\ \"q\" \101\n"
printf "%d\n" 3
printf "%s\n", deep.name
printf "%s\n", text+6
printf "%d\n", deep
printf "%jd\n", 1
printf "%td\n", 1
printf "%Lf\n", ld
printf "%x %c\n", bits.a, deep.name[0]
echo hi\n
echo a b   c   \n
echo "q"\n
echo \101\x41\e\n
echo
eval "p %d", 3
eval "echo %s\n", text
eval "%s", "p 5"
eval
p $_exitcode
call twice(3)
call nothing()
call (void)twice(3)
call global
call
print
print $
print $$
print $$3
print $99
print $1
p $$0
p/x $
print/x
p 5 > 3 && 2
p sizeof(int)*3
p 10/3.0
p 7%3
p -7/2
p 1.0f
p 5u
p 5ul
p 0x10
p 010
p 'a'
p '\n'
p "abc"
p sizeof("abc")
p "abc"[1]
p 1 ? 2 : 3
p (char)65
p (short)70000
p !5
p ~5
p -5u
p 1,2
p argc
p main
p &main
p *main
p helper
p twice(2)+1
p $rip
p $pc
p $sp
p $fp
p/x $eflags = 0x216
p $eflags
p $rax
p $eax
p $ax
p $al
p/x $xmm0
p $nonexistent
p $foo=3
p $foo
set $foo=$foo+1
p $foo
p ++$foo
p $foo++
p $foo
p array
p local
up
p local
p array
p array[1]
p &array[1]
p *array@2
p *array@4
p/x array
p argv[0]
p *argv@argc
p pt
p &pt
p &pt.x
p argv
p *argv
p **argv
down
p a
p helper::a
p main::local
p 'gdb_commands.c'::global
p 'gdb_commands.c'::file_static
p gdb_commands.c::global
p &'gdb_commands.c'::global
whatis a
ptype a
whatis array
whatis &a
whatis 1==1
whatis 'a'
whatis "abc"
whatis 1.5
whatis 1.5f
whatis deep.fn
whatis *deep.fn
whatis main
whatis &main
whatis int
whatis struct point
whatis point
whatis unsigned
whatis unsigned char
whatis long long unsigned int
whatis int[3]
whatis int (*)(int)
ptype int (*)(int)
ptype struct nosuch
ptype union both
ptype enum colour
ptype struct bits
whatis (char*)0
whatis text
whatis text[0]
whatis matrix
whatis matrix[0]
whatis &matrix
whatis *matrix
ptype matrix
whatis deep.p[0]
[breakpoints gdb_commands.c]
break printf
info breakpoints
tbreak puts
break malloc
break nosuch
break gdb_commands.c:500
break 54
break
break *main
break main if argc > 1
break main if nosuch
break main thread 1
break 54 thread 99
break -qualified main
break -source gdb_commands.c -line 54
break -source gdb_commands.c
break -function helper
break -line 59
break gdb_commands.c : 54
break helper if a == 5 && b
tbreak 500
info breakpoints
info breakpoints 1
info breakpoints 99
info breakpoints 1 3
info breakpoints 1-3
condition 1 5
condition 1
condition 99
condition 1 nosuch
condition x
ignore 1 2
ignore 1
ignore 1 x
ignore 1 0
ignore 99 3
enable 1
disable 1
enable once 1
enable delete 2
enable count 2 3
info breakpoints 1-3
enable display
disable breakpoints
enable breakpoints
enable breakpoints 1 2
disable 99
disable 1-2
disable $bpnum
enable $bpnum
delete 99
delete 1-2
delete breakpoints 3
delete display
delete
info breakpoints
break main
commands ;; silent ;; print 7 ;; end
commands 5
end
info breakpoints
watch global
rwatch global
awatch text
info watchpoints
watch nosuch
watch 5
watch local
delete
info watchpoints
clear main
clear gdb_commands.c:54
clear nosuch
clear
break helper
break helper
break gdb_commands.c:helper
clear helper
dprintf helper,"a=%d\n", a
dprintf
dprintf 54
info breakpoints
rbreak ^tw
catch bogus
info scope helper
info scope main
info scope nosuch
info scope
info scope gdb_commands.c:62
info address global
info address tls_var
info address helper
info address printf
info address nosuch
show environment HOME
show environment NOSUCH
show environment SHELL
set environment ADDED = b
show environment ADDED
show architecture
show inferior-tty
set inferior-tty /dev/null
show inferior-tty
tty
show directories
info program
run
info program
info address a
info address sum
info symbol &file_static
info symbol $pc
p $_
info breakpoints
finish
step
info program
enable once 1
tbreak nothing
continue
info program
delete
break twice thread 1
break recurse
enable count 2 $bpnum
info breakpoints
continue
continue
info breakpoints
info scope recurse
info address n
kill
info program
[c++ gdb_commands.cc]
break larger
break zoo::larger
break zoo::larger<int>
break zoo::larger<int>(int, int)
break larger<double>
break f
break f(int)
break f(double)
break over
break zoo::Animal::over
break zoo::Animal::over(int)
break Animal::over
break as
break zoo::Animal::as
break zoo::Animal::as<int>
break get
break Box::get
break Box<int>::get
break Box<int>::Box
break zoo::Bird::legs
break legs
break 'zoo::Animal::over'
break gdb_commands.cc:7
break gdb_commands.cc:62
break -qualified larger
tbreak main
info breakpoints
disable 1.1
info breakpoints
enable 1.1
run
next
next
step
bt
step
bt
delete
continue
bt
continue
info breakpoints
kill
info line larger
[functions gdb_commands.c]
p $_thread
p $_inferior
p $_gthread
p $_inferior_thread_count
p $_gdb_major
p $_gdb_minor
p $_isvoid($_exitcode)
p $_isvoid(1)
p $_isvoid()
p $_streq("a","a")
p $_streq("a","b")
p $_strlen("abc")
p $_gdb_setting("print elements")
p $_gdb_setting_str("print elements")
p $_gdb_setting("height")
p $_gdb_setting("nosuch")
p $_gdb_setting("args")
p $_gdb_setting("language")
p $_as_string(1)
p $_regex("abc", "a.c")
p $_regex("abc", "b")
whatis $_streq("a", "b")
break helper
run
p $_thread
p $_gthread
p $_inferior
p $_inferior_thread_count
p $_streq(text, "hello world")
p $_streq(buffer, "buffered")
p $_strlen(text)
p $_strlen(buffer)
p $_strlen(deep.name)
p $_regex(text, "h.llo.*")
p $_regex(text, "ello")
p $_memeq(text, "hello", 5)
p $_memeq(buffer, text, 2)
p $_as_string(deep.col)
p $_as_string(RED)
p $_as_string(a)
p $_caller_is("main")
p $_caller_is("main", 2)
p $_caller_is("main", 0)
p $_caller_is("helper", 0)
p $_caller_matches("ma")
p $_caller_matches("ain")
p $_any_caller_is("main")
p $_any_caller_is("nosuch")
p $_any_caller_matches("^he")
p $_isvoid(nothing())
p $_streq(text, "x") || 1
break twice if $_caller_is("helper")
condition 1 $_streq(text, "x")
p $_gdb_setting("confirm")
p $_gdb_setting_str("confirm")
set $v = $_strlen(text)
p $v
if $_streq(text, "hello world") ;; echo same\n ;; end
continue
[frames gdb_optimised.c]
break leaf
run
bt
info frame
info frame 1
info frame function main
info frame function nosuch
info frame level 1
info frame 9
info args
bt -frame-info short-location
bt -frame-info source-line
bt -frame-info source-and-location
bt -frame-info location-and-address
bt -frame-info location
set print entry-values both
bt
set print entry-values default
next
next
step
next
next
finish
next
step
up
info frame
down
delete
finish
next
step
next
next
next
advance rec
finish
step
step
until
next
next
next
next
next
next
next
next
next
next
next
info frame
[optimised gdb_optimised.c -O2]
break leaf
run
bt
info args
p a@entry
p b@entry
p s@entry
info frame
info frame 1
next
next
bt
next
p a
p a@entry
set print entry-values no
bt
set print entry-values only
bt
set print entry-values preferred
bt
set print entry-values if-needed
bt
set print entry-values both
bt
set print entry-values compact
bt
set print entry-values default
bt -frame-info short-location
bt -frame-info source-line
bt -frame-info location-and-address
frame 1
info locals
info args
p n
p n@entry
continue
bt
continue
bt
up
up
[options gdb_commands.c]
break helper
run
select-frame 1
frame
select-frame function helper
select-frame 9
info locals su
info locals nosuch
info locals -q
info args a
info args nosuch
info args -q
print -pretty -- deep
print -pretty on -object off -- bits
print -array-indexes on -- shorts
print -array-indexes -- matrix
print -union off -- deep
print -address off -- text
print -null-stop on -- buffer
print -max-depth 0 -- deep
print -max-depth unlimited -- deep
print -static-members off -- deep
print -elements 3 -- bytes
print -repeats 3 -- bytes
print -pre -- bits
print -global
print -5
set var bits.b = 7
print bits
set var deep.p[0] = deep.p[1]
print deep.p
set var buffer[0] = 'X'
print buffer
set var ratio = 3
print ratio
set var flag = 5
print flag
set var deep.col = BLUE
print deep.col
set var deep.col = 77
print deep.col
set var
display global
display/x global
display/s text
info display
next
undisplay 2
disable display 1
info display
next
enable display
delete display 99
delete display
info display

[catch gdb_catch.c]
catch fork
catch vfork
catch exec
tcatch fork
catch fork foo
catch fork if 1
catch fork if
catch exec bar
tcatch exec foo
catch foo
catch f
catch s
catch assert
catch exception
catch handlers
catch signal
catch signal SIGUSR1
catch signal all
catch signal 3 4
catch signal foo
catch signal SIGUSR1 SIGUSR2
catch signal SIGUSR1 all
catch signal 99
catch signal 1-3
catch signal 0
catch syscall
catch syscall write
catch syscall 39 write
catch syscall nosuch
catch syscall group:process
catch syscall g:nosuch
catch syscall 9999
catch syscall write if 1
catch syscall group:
catch syscall group:signal
catch syscall g:memory
catch syscall g:network
tcatch syscall write
p $bpnum
info breakpoints
info watchpoints
delete 3-100
ignore 1 1
condition 1 1 == 1
save breakpoints /dev/stdout
ignore 1 0
tcatch fork
run
info breakpoints
delete
continue
break helper
run
catch syscall getpid getppid
tcatch syscall 999
condition 23 nosuch
condition 23 argc
continue
info breakpoints
p $bpnum
bt
continue
continue
disable 23
catch signal SIGUSR1
if 1 ;; handle SIGUSR1 nostop noprint ;; end
continue

info breakpoints
continue
kill
delete
catch exec
set args x
run
info breakpoints
disable
continue
enable
set args
tbreak main
run
catch syscall
next
stepi
next
bt
info breakpoints
delete
set print inferior-events off
next
set print inferior-events on
continue

[sources gdb_sources.c]
list main
info sources
info sources gdb
info sources -basename ^gdb_sources.h
info sources -dirname live
info sources -dir nosuch
info sources -- outer
info sources \.h$
info sources -d
info sources -b
info sources -d -b
info sources -x
info sources nosuch
break outer
run
info source
skip
skip file
info skip
skip delete
skip file gdb_sources.h
step
finish
skip delete
skip -gfi *.h -rfu ^in
run
step
step
skip disable
run
step
step
bt
up
skip
skip function
skip file
info skip

[skip gdb_catch.c]
skip
skip file
info skip
skip helper
info skip
skip file gdb_catch.c
skip function twice
info skip
skip delete 1
skip delete 9
skip disable 2
info skip
skip enable
skip disable
skip delete
skip enable
skip delete
info skip
skip -fi t.c
skip -gfi *.c
skip -fu main
skip -rfu ^h
skip -fi
skip -fi a -gfi b
skip -x
skip nosuch
skip file nosuch.c
info skip
info skip 1-2
info skip 99
info skip 4-6 8
info skip $nosuch
skip foo bar
skip -fi t.c -fu helper
skip -fi t.c -fu helper(int)
skip -gfi t.? -rfu helper
skip -fu "foo bar" -fi 'a b'
info skip
skip delete x
skip -fu a -rfu b
skip -fi x y
skip delete 1-3
info skip x
skip enable 99
skip enable 4 99
skip file a b
skip fun a b
skip en
skip del
info skip
skip d
skip f
skip --
skip -fi x -fi y
skip 3
skip delete
break main
run
skip function
skip file
info skip
skip delete
skip file gdb_catch.c
break twice
continue
skip delete
skip helper
info skip
step
step
step
step
skip disable
skip call
delete
step
step
bt
up
down
next
next
step
step
step
step

[logging gdb_sources.c]
show logging
show logging enabled
set logging file /dev/null
set logging enabled on
show logging
set logging overwrite on
show logging
set logging redirect on
show logging
set logging enabled off
show logging
set logging debugredirect on
show logging debugredirect
show logging x
show logging file
set logging
set logging foo
set logging file
set logging redirect foo
set logging overwrite
show logging overwrite
show logging redirect
set logging redirect off
set logging enabled on
set logging enabled on
set logging debugredirect off
set logging enabled off
set logging enabled off

[siginfo gdb_catch.c]
p $_siginfo
ptype $_siginfo
p $_siginfo.si_signo
break signal_self
run
p $_siginfo.si_signo
p $_siginfo.si_code
delete
continue
p $_siginfo.si_signo
p $_siginfo.si_code
ptype $_siginfo
whatis $_siginfo
whatis $_siginfo._sifields
ptype $_siginfo._sifields
ptype $_siginfo._sifields._kill
ptype $_siginfo._sifields._timer
ptype $_siginfo._sifields._rt
ptype $_siginfo._sifields._sigchld
ptype $_siginfo._sifields._sigfault
ptype $_siginfo._sifields._sigpoll
ptype $_siginfo._sifields._sigsys
ptype $_siginfo._sifields._rt.si_sigval
p sizeof($_siginfo)
p &$_siginfo
p &$_siginfo.si_code
set var $_siginfo._sifields._kill.si_pid = 7
set var $_siginfo._sifields._kill.si_uid = 0
p $_siginfo
p/x $_siginfo
set var $_siginfo.si_code = 5
p $_siginfo.si_code
p $_siginfo._sifields._sigfault
p $_siginfo._sifields._pad[0]
p $_siginfo.nosuch
set var $_siginfo = 3
p $_siginfo = 3
output $_siginfo.si_errno
kill
p $_siginfo

[inlined gdb_inlined.c -O2 -fno-ipa-ra]
set print entry-values no
break everywhere
tbreak outer
break cloned
info breakpoints
break nosuch
info line everywhere
list everywhere
list cloned
run
info locals
info args
continue
up
frame function first
continue
continue
continue
continue
frame
info breakpoints
disable 1.2
delete 3
run
continue
continue
clear everywhere
info breakpoints
tbreak first
run
advance cloned
break cloned
[resized gdb_commands.c]
break helper
run
set listsize 1
list
list
set listsize 4
next
list
list -

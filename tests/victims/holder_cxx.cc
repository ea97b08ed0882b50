// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * holder_cxx STATE: stands still in one state of exception handling until a byte comes on stdin;
 * then goes on, checks itself, and ends.
 */
#include <cstring>
#include <exception>
#include <stdexcept>
#include <unistd.h>

#include "victim_cxx.h"

namespace
{

void hold()
{
	char byte;

	victim_ready();
	if (read(STDIN_FILENO, &byte, 1) < 0)
		victim_fail("no byte");
	victim_round();
}

struct holds_at_end {
	~holds_at_end()
	{
		hold();
	}
};

struct holds_at_copy : std::runtime_error {
	holds_at_copy() : std::runtime_error("copied")
	{
		hold();
	}
};

void check(const std::exception &err, const char *want)
{
	if (strcmp(err.what(), want) != 0)
		victim_fail("caught %s, not %s", err.what(), want);
	if (std::uncaught_exceptions() != 0)
		victim_fail("%d exceptions are in flight", std::uncaught_exceptions());
}

/* A destructor that unwinding runs. */
void state_cleanup()
{
	try {
		holds_at_end here;
		throw std::runtime_error("thrown");
	} catch (const std::exception &err) {
		check(err, "thrown");
	}
}

void state_catch()
{
	try {
		throw std::runtime_error("thrown");
	} catch (const std::exception &err) {
		hold();
		check(err, "thrown");
	}
}

/* The exception is allocated, and not thrown yet. */
void state_construct()
{
	try {
		throw holds_at_copy();
	} catch (const std::exception &err) {
		check(err, "copied");
	}
}

void ended()
{
	hold();
	_exit(victim_verdict());
}

/* In std::terminate, called by __cxa_throw, as nobody catches: the stack is that of the throw. */
void state_terminate()
{
	std::set_terminate(ended);
	throw std::runtime_error("thrown");
}

} // namespace

/* A callee that throws and catches. */
extern "C" int holder_throw()
{
	try {
		throw 7;
	} catch (int value) {
		return value;
	}
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	victim_init();
	if (!strcmp(name, "cleanup"))
		state_cleanup();
	else if (!strcmp(name, "catch"))
		state_catch();
	else if (!strcmp(name, "construct"))
		state_construct();
	else if (!strcmp(name, "terminate"))
		state_terminate();
	else
		return 2;
	return victim_verdict();
}

// SPDX-License-Identifier: LGPL-2.1-or-later
// Exceptions for stepped.c: thrown through frames with destructors, caught by type.
#include <stdexcept>
#include <string>

extern "C" {
extern int work_depth;
void stepped_more(void);
}

namespace
{
struct Guard {
	std::string text;
	explicit Guard(int level) : text(20, static_cast<char>('a' + level))
	{
	}
	~Guard()
	{
		text.clear();
	}
};

void thrower(int level)
{
	Guard guard(level);

	if (!level)
		throw std::runtime_error("enough");
	thrower(level - 1);
}
} // namespace

void stepped_more(void)
{
	volatile int depth = work_depth;

	try {
		thrower(3);
	} catch (const std::exception &error) {
		work_depth = depth;
	}
}

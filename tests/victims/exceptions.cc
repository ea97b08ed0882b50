// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * exceptions: a C++ program that throws, catches, and keeps containers whose contents it verifies.
 * Ends when the page says stop.
 */
#include "victim_cxx.h"

#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

struct guard {
	unsigned &depth;
	explicit guard(unsigned &d) : depth(d)
	{
		depth++;
	}
	~guard()
	{
		depth--;
	}
};

unsigned depth_now;

void dig(unsigned depth, const std::string &what)
{
	guard here(depth_now);
	std::string copy = what + "/" + std::to_string(depth);
	if (depth == 0)
		throw std::runtime_error(copy);
	dig(depth - 1, copy);
}

void throw_round(unsigned depth)
{
	try {
		dig(depth, "x");
		victim_fail("nothing was thrown");
	} catch (const std::runtime_error &err) {
		std::string want = "x";
		for (unsigned i = depth + 1; i-- > 0;)
			want += "/" + std::to_string(i);
		if (want != err.what())
			victim_fail("the exception's text is wrong");
	}
	if (depth_now != 0)
		victim_fail("a destructor did not run");
}

void container_round(std::map<std::string, std::shared_ptr<std::vector<unsigned>>> &all,
		     unsigned round)
{
	std::ostringstream name;
	name << "key" << round % 97;
	auto &slot = all[name.str()];
	if (slot) {
		unsigned want = slot->at(0);
		for (unsigned value : *slot)
			if (value != want++)
				victim_fail("a vector's contents changed");
	}
	slot = std::make_shared<std::vector<unsigned>>();
	for (unsigned i = 0; i < 50 + round % 200; i++)
		slot->push_back(round + i);
}

} // namespace

int main()
{
	std::map<std::string, std::shared_ptr<std::vector<unsigned>>> all;
	victim_init();
	victim_ready();
	for (unsigned round = 0; !victim_stopping(); round++) {
		throw_round(round % 12);
		for (unsigned i = 0; i < 8; i++)
			container_round(all, round * 8 + i);
		victim_round();
	}
	return victim_verdict();
}

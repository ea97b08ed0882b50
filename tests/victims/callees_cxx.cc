// SPDX-License-Identifier: LGPL-2.1-or-later
/* Callees that throw. */
#include <stdexcept>

extern "C" {

int f_throw()
{
	throw std::runtime_error("thrown by f_throw");
}

int f_catch()
{
	try {
		f_throw();
	} catch (const std::exception &) {
		return 7;
	}
	return 0;
}
}

// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace millrace {

/// A variable, NAME=VALUE, for the environment of one child: what it starts, and what that starts, has it too, also where it has left the
/// child's process group and session (setsid) or has another parent by now (a daemon). It could be taken out only on purpose.
std::string newChildMark();

/// Ends all processes of this user that have it, by force.
void killMarked(const std::string &mark);

} // namespace millrace

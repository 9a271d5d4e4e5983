// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"

#include <string>
#include <vector>

namespace millrace {

/// The command of a program as a file holds it: a list of texts as it is; a text is split at spaces with the shell's quotes and
/// backslashes, and given to /bin/sh where it has what only a shell understands (pipes, variables, patterns). Fails with a
/// sentence where there is none.
Result<std::vector<std::string>> commandWords(const Value &command);

} // namespace millrace

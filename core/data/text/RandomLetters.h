// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace millrace {

/// So many small letters and digits by the system's own chance: for names and marks that nobody is to guess. Any thread.
std::string randomLetters(size_t count);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <string>

namespace millrace {

/// All text of a file: unpacked where its first bytes say that it is packed, as UTF-8 where a byte-order mark or the pattern of its
/// bytes says that it is UTF-16 or UTF-32, and without that mark. Of other encodings the bytes as they are. Fails with a sentence for
/// what can't be read, and for more than 1 GiB that is packed or comes from no file.
Result<std::string> readWholeText(const std::string &path);

} // namespace millrace

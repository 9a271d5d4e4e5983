// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "formats/bytes/ByteSource.h"

#include <functional>
#include <memory>
#include <string>

namespace millrace {

/// Whether a text can go on in an encoding. Pure ASCII goes on in all that extend it, UTF-8 as UTF-8 only, and anything else in an
/// encoding of which all its bytes are characters. `open` gives the text's bytes from their beginning, and is called twice at the
/// most. Empty, or what it is instead of that: "UTF-8", "text of another encoding". Fails for what can't be read.
Result<std::string> otherEncodingOf(const std::function<Result<std::unique_ptr<ByteSource>>()> &open,
                                    const std::string &encoding);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <string>
#include <string_view>

namespace millrace {

/// Where a request goes to, taken apart.
struct HttpAddress
{
    std::string origin; ///< "https://example.org:443": what secrets belong to
    std::string host;   ///< "example.org:443"
    std::string shown;  ///< for messages: without user, query and fragment, which may hold what is nobody's business
    bool hasUser = false;

    /// Fails with a sentence, without the address, where it is no whole address of http or https.
    static Result<HttpAddress> from(const std::string &url);
};

/// The text with all but letters, digits and -._~ written as % and two hexadecimal digits (RFC 3986).
void appendPercentEncoded(std::string &to, std::string_view text);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string_view>

namespace millrace {

/// Prints of the programs and scripts in resources/examples. A test says which are missing after a change there.
constexpr std::array<std::string_view, 3> BundledPrints{
    "765b8de2c482006279901915ac5f8670f2048b812b0c37bd5f8c5c2779f80a67", // programs/airports.millrace
    "e5b9f7ee5b43e6d03159ed236316aa2e83479f901dedb336f20bb91a19a030eb",
    "6bcecbd1e4483931aba7d935c9089ef0af89c9c65ccd116da907150dddaf1d0b",
};

} // namespace millrace

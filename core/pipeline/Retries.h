// SPDX-License-Identifier: MIT
#pragma once

namespace millrace {

/// How often a failed item can be tried again, after pauses of 10 ms, 20 ms, … up to 5 s.
constexpr int MostRetries = 100;

} // namespace millrace

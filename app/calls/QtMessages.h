// SPDX-License-Identifier: MIT
#pragma once

namespace millrace {

/// What Qt, or a library by it, says of data on standard error acts on no terminal from now on: control characters are shown by their codes.
void showQtMessagesSafely();

} // namespace millrace

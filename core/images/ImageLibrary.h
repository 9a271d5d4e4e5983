// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "images/ImageCalls.h"

#include <string>
#include <vector>

namespace millrace {

/// Millrace's part for pictures, millrace-images.so: a library of its own that is opened when a step first needs it, since it needs Qt Gui.
///
/// It is the file, or in the folder, that the variable MILLRACE_IMAGES names; or else in the folder of libraries beside that of the program, under millrace, or where this build
/// installs it.
class ImageLibrary
{
public:
    /// Its function, or a sentence that says how to get it. Once opened it stays so; asking again is cheap. Any thread.
    static Result<ImageFunction> open();
    /// The files that are tried, in this order.
    static std::vector<std::string> places();
};

} // namespace millrace

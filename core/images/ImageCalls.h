// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

// What the program and its part for pictures (app/images, a library of its own) say to each other. Plain data: the two are compiled apart, and
// whoever works with no pictures needs neither Qt Gui nor what that brings along.

namespace millrace {

enum class ImageWork : uint8_t {
    Look,   ///< what it says of itself, without its pixels
    Read,   ///< all of it
    Encode, ///< in another size or format
    Ask,    ///< nothing but whether pictures of that format can be written
};

/// How a picture is fitted into a width and a height.
enum class ImageFit : uint8_t {
    Inside,  ///< as a whole, never enlarged
    Cover,   ///< all of the space, cut at the middle
    Stretch, ///< exactly so, whatever becomes of its proportions
};

struct ImageTask
{
    const char *bytes = nullptr; ///< of the file
    size_t size = 0;
    ImageWork work = ImageWork::Look;
    ImageFit fit = ImageFit::Inside;
    int width = 0, height = 0;    ///< pixels; 0: as the other one and the proportions say, or as it is
    const char *format = nullptr; ///< "png" and the like; null: as it came
    int quality = 85;             ///< of what loses some, in percent
    int64_t mostPixels = 0;       ///< a larger picture is refused before it is read
};

struct ImageAnswer
{
    char format[16] = {};
    int width = 0, height = 0;             ///< as it is seen: turned as it says
    int frames = 1;                        ///< of an animation
    bool hasAlpha = false, isGray = false; ///< once it was read
    double red = 0, green = 0, blue = 0;   ///< the mean of its pixels, 0 to 255, once it was read
    void *to = nullptr;
    void (*takeBytes)(void *to, const char *bytes, size_t size) = nullptr; ///< of the new picture, once
    void (*takeError)(void *to,
                      const char *words,
                      size_t size) = nullptr; ///< what is wrong, behind "the picture"; nothing else counts then
};

/// Of this header. Another number is another interface.
constexpr int ImageInterface = 1;
constexpr const char *ImageInterfaceName = "millrace_image_interface"; ///< a function without arguments that gives it
constexpr const char *ImageWorkName = "millrace_image_work";           ///< ImageFunction

/// Any thread.
using ImageFunction = void (*)(const ImageTask *task, ImageAnswer *answer);

} // namespace millrace

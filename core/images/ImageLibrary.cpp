// SPDX-License-Identifier: MIT
#include "images/ImageLibrary.h"

#include "data/text/Quote.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#ifndef MILLRACE_LIBRARY_FOLDER
#define MILLRACE_LIBRARY_FOLDER "/usr/local/lib"
#define MILLRACE_LIBRARY_NAME "lib"
#endif

namespace millrace {

namespace {

namespace fs = std::filesystem;

constexpr const char *ImagesName = "millrace-images.so";

template <class Function>
Function functionOf(void *library, const char *name)
{
    void *const address = ::dlsym(library, name);
    Function function = nullptr;
    std::memcpy(&function, &address, sizeof function);
    return function;
}

Result<ImageFunction> imagesFrom(const std::string &place)
{
    void *const library = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library) {
        const char *const words = ::dlerror();
        return failure(ErrorKind::Io, "The part for pictures, " + inQuotes(place) + ", can't be used: "
                                          + readableText(words ? words : "it can't be opened") + '.');
    }
    const auto interface = functionOf<int (*)()>(library, ImageInterfaceName);
    const auto work = functionOf<ImageFunction>(library, ImageWorkName);
    if (!interface || !work || interface() != ImageInterface)
        return failure(ErrorKind::Version, "The part for pictures, " + inQuotes(place)
                                               + ", is of another version of Millrace; install both anew.");
    return work;
}

} // namespace

std::vector<std::string> ImageLibrary::places()
{
    std::error_code error;
    if (const char *const chosen = std::getenv("MILLRACE_IMAGES"); chosen && *chosen)
        return {fs::is_directory(chosen, error) ? (fs::path(chosen) / ImagesName).string() : chosen};
    std::vector<std::string> places;
    if (const fs::path program = fs::read_symlink("/proc/self/exe", error); !error) {
        const fs::path above = program.parent_path().parent_path();
        places.push_back((above / MILLRACE_LIBRARY_NAME / "millrace" / ImagesName).string());
        places.push_back((above / "lib" / "millrace" / ImagesName).string()); // where it is built
    }
    places.push_back((fs::path(MILLRACE_LIBRARY_FOLDER) / "millrace" / ImagesName).string());
    return places;
}

Result<ImageFunction> ImageLibrary::open()
{
    const std::vector<std::string> places = ImageLibrary::places();
    std::error_code error;
    for (const std::string &place : places)
        if (fs::exists(place, error))
            return imagesFrom(place);
    return failure(ErrorKind::Io,
                   "This step needs Millrace's part for pictures, " + std::string(ImagesName)
                       + ", which isn't here; install the package millrace-images, or name the file in the "
                         "variable MILLRACE_IMAGES (looked for at "
                       + inQuotes(places.front()) + ").");
}

} // namespace millrace

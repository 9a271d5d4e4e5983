// SPDX-License-Identifier: MIT
#include "data/ExceptionError.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace millrace {

std::string nameOfType(const std::type_info &type)
{
    int status = 0;
    const std::unique_ptr<char, void (*)(void *)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                       std::free);
    return status == 0 && name ? name.get() : type.name();
}

Error errorOf(const std::exception &exception)
{
    return {nameOfType(typeid(exception)), exception.what()};
}

} // namespace millrace

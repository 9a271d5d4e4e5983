// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <typeindex>
#include <typeinfo>
#include <utility>

namespace millrace {

/// What the caller lends to the steps of a run, by its type: a connection, a cache, a clock. One of a type. Filled before the run, then
/// only read, so safe on all threads; what it holds has to be so itself, for the steps of all workers use it at once.
class Services
{
public:
    /// In place of one of that type that was there.
    template <class T>
    void add(std::shared_ptr<T> service)
    {
        m_services.insert_or_assign(std::type_index(typeid(T)), std::move(service));
    }
    /// Null: there is none of exactly that type.
    template <class T>
    T *find() const
    {
        const auto found = m_services.find(std::type_index(typeid(T)));
        return found == m_services.end() ? nullptr : static_cast<T *>(found->second.get());
    }
    bool isEmpty() const { return m_services.empty(); }

private:
    std::map<std::type_index, std::shared_ptr<void>> m_services; ///< shared with the caller
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <QCoreApplication>

#include <memory>

namespace millrace {

/// What Qt's script engine needs to be there. Made by the commands that check or run steps, not by those that only print:
/// it costs some milliseconds.
class Application
{
private:
    /// Qt's own object doesn't survive want of memory, so it is only begun where there is some: what this frees.
    int freeRoom()
    {
        m_room.reset();
        return 1;
    }

    std::unique_ptr<char[]> m_room = std::make_unique<char[]>(size_t(1) << 20);
    char m_name[9] = "millrace";
    char *m_arguments[2] = {m_name, nullptr};
    int m_count = freeRoom();
    QCoreApplication m_application{m_count, m_arguments};
};

} // namespace millrace

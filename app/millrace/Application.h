// SPDX-License-Identifier: MIT
#pragma once

#include <QCoreApplication>

namespace millrace {

/// What Qt's script engine needs to be there. Made by the commands that check or run steps, not by those that only print:
/// it costs some milliseconds.
class Application
{
private:
    char m_name[9] = "millrace";
    char *m_arguments[2] = {m_name, nullptr};
    int m_count = 1;
    QCoreApplication m_application{m_count, m_arguments};
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <QDateTime>
#include <QFutureWatcher>
#include <QObject>

#include <functional>

class QUrl;
class QWidget;

namespace millrace {

class Actions;
class Document;
class MessageBar;
class RunBridge;

/// Saves what a run that is over did as one page of HTML, as `millrace run --html` does: asks where, writes it on another
/// thread, and says so. The window's child.
class RunPageSaver : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        RunBridge &bridge;
        Actions &actions;
        MessageBar &messages;
    };

    RunPageSaver(Parts parts, QWidget *window);
    ~RunPageSaver() override;

    /// Opens the page with the desktop's program for it; tests answer in its place.
    std::function<void(const QUrl &)> openUrl;

private:
    void save();
    void write(const QString &path);
    void tell();
    void updateAction();

    Parts m_parts;
    QWidget *m_window;
    QDateTime m_ended;                 ///< the run
    QString m_path;                    ///< of the page that is being written
    QFutureWatcher<QString> m_writing; ///< gives what went wrong, in a sentence
};

} // namespace millrace

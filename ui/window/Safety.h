// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

namespace millrace {

class Document;
class FileCommands;
class MessageBar;
class Recovery;
class RecoveryBar;
class RunBridge;
struct FoundWork;
struct Questions;

/// Sees to it that nobody's work is lost: keeps what isn't saved for after a crash and offers it again, and tells of files that
/// couldn't be saved, or that other programs have changed or removed.
class Safety : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        RunBridge &bridge;
        FileCommands &files;
        MessageBar &messages;
        RecoveryBar &recoveryBar;
        const Questions &questions;
    };

    Safety(Parts parts, QObject *parent);

    /// Looks for what earlier sessions left unsaved, and offers it above the canvas.
    void offerUnsavedWork();
    /// Takes what an earlier session left: here where nothing was done yet, else in another window.
    void recover(const FoundWork &work);

Q_SIGNALS:
    /// Work is to be recovered that doesn't belong in this window.
    void otherWindowWanted(const millrace::FoundWork &work);

private:
    void watchFile();
    void showConflict(const QString &path);
    void showForeignChange();
    void showLoss();
    void showSaveFailure(const QString &sentence);
    bool isPristine() const;

    Parts m_parts;
    Recovery *m_recovery;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "theme/SaveDialog.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QRegularExpression>

namespace millrace {

QString askWhereToSave(QWidget *parent, const QString &title, const QString &start, const QStringList &filters)
{
    QString chosen = filters.value(0);
    QString path = QFileDialog::getSaveFileName(parent, title, start, filters.join(QStringLiteral(";;")), &chosen);
    if (path.isEmpty() || !QFileInfo(path).suffix().isEmpty())
        return path;
    static const QRegularExpression suffix(QStringLiteral("\\*(\\.\\w+)"));
    path += suffix.match(chosen).captured(1);
    // The dialog has asked about the name without it.
    if (QFileInfo::exists(path)
        && QMessageBox::question(parent, title,
                                 QCoreApplication::translate("SaveDialog", "“%1” exists already. Replace it?")
                                     .arg(QFileInfo(path).fileName()))
               != QMessageBox::Yes)
        return {};
    return path;
}

} // namespace millrace

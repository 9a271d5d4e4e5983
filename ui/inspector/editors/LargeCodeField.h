// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/editors/CodeEditors.h"

namespace millrace {

/// A field for code that takes all the room there is and numbers its lines. Tab indents, Enter keeps the indent.
class LargeCodeField : public ExpressionField
{
    Q_OBJECT

public:
    explicit LargeCodeField(Theme &theme, QWidget *parent = nullptr);

    void goTo(int line, int column);
    QSize sizeHint() const override { return {760, 480}; }
    QSize minimumSizeHint() const override { return {240, 120}; }

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    int numbersWidth() const;
    void makeRoom();
    void paintNumbers();

    Theme &m_theme;
    QWidget *m_numbers;
};

} // namespace millrace

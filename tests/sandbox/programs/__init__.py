"""The programs that the sandbox is tried with: what analysts write, and what attackers write."""

"""Questions about clients and rules that nobody tuned the product to, with what each answer must say and rest on."""
